import "server-only";
import { createReadStream } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import type { Range } from "@/lib/net/range";
import { makeClientAgents } from "../../net/outbound-proxy.ts";
import { type SilenceGuard, unlessSilent } from "../process/deadline.ts";
import { openScratchDir, requireKey } from "./disk-store.ts";
import { openReadPlaces, type Place, type ReadPlaces } from "./read-places.ts";
import type { MediaStore } from "./store.ts";

const CONNECTED_WITHIN_MS = 5_000;
const SILENT_FOR_MS = 30_000;
const READS_AT_ONCE = 200;
const IDLE_FOR_MS = 5_000;

/** Opens a store with one object for each key under `s3://bucket/prefix`. The SDK reads keys and endpoint from `AWS_*`. */
export async function openS3Store(
  url: string,
  { silentForMs = SILENT_FOR_MS, readsAtOnce = READS_AT_ONCE, idleForMs = IDLE_FOR_MS } = {},
): Promise<MediaStore> {
  const { bucket, prefix } = parseS3Url(url);
  const client = await createClient(50);
  // Readers take any time. With connections of their own they never keep a new video from being stored.
  const readers = {
    client: await createClient(readsAtOnce),
    places: openReadPlaces({ count: readsAtOnce, idleForMs }),
  };
  const scratchDir = await openScratchDir(path.join(tmpdir(), "firstframe-media"));
  const locate = (key: string) => ({ Bucket: bucket, Key: prefix + requireKey(key) });
  const unlessStuck = <T>(work: (silence: SilenceGuard) => Promise<T>) =>
    unlessSilent(silentForMs, "the S3 server", work);

  return {
    scratchDir,
    async put(key, source, contentType) {
      const { size } = await stat(source);
      const file = createReadStream(source);
      try {
        await unlessStuck(({ signal, broken }) => {
          const body = Readable.from(tellEach(file, broken), { objectMode: false });
          // If the server refuses the file, the body breaks off. Without a listener, its error would end the process.
          body.on("error", () => {});
          const object = {
            ...locate(key),
            ...{ Body: body, ContentLength: size, ContentType: contentType },
          };
          return client.send(new PutObjectCommand(object), { abortSignal: signal });
        });
      } finally {
        file.destroy();
      }
      await rm(source, { force: true });
    },
    async stat(key) {
      const head = await unlessStuck(({ signal }) =>
        client.send(new HeadObjectCommand(locate(key)), { abortSignal: signal }),
      ).catch(ignoreUnseen);
      if (!head) return undefined;
      const { ContentLength: bytes, ETag: etag, LastModified: modifiedAt } = head;
      if (bytes === undefined || !etag || !modifiedAt) throw new Error("S3 left out a header");
      return { bytes, etag, modifiedAt };
    },
    read: (key, range) =>
      streamObject(readers, { ...locate(key), ...toRangeInput(range) }, unlessStuck),
    async remove(key) {
      await unlessStuck(({ signal }) =>
        client.send(new DeleteObjectCommand(locate(key)), { abortSignal: signal }),
      ).catch(ignoreNotFound);
    },
    async *list() {
      let token: string | undefined;
      do {
        const page = await unlessStuck(({ signal }) =>
          client.send(
            new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token }),
            { abortSignal: signal },
          ),
        );
        for (const { Key: key, Size: bytes, LastModified: modifiedAt } of page.Contents ?? [])
          if (key && bytes !== undefined && modifiedAt)
            yield { key: key.slice(prefix.length), bytes, modifiedAt };
        token = page.NextContinuationToken;
      } while (token !== undefined);
    },
  };
}

async function* tellEach(chunks: AsyncIterable<Uint8Array>, told: () => void) {
  for await (const chunk of chunks) {
    told();
    yield chunk;
  }
}

function parseS3Url(url: string): { bucket: string; prefix: string } {
  const [, bucket, folder = ""] = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(url) ?? [];
  if (!bucket) throw new Error(`Not an address like s3://bucket/prefix: ${url}`);
  const prefix = folder.replace(/^\/+|\/+$/g, "");
  return { bucket, prefix: prefix && `${prefix}/` };
}

async function createClient(maxSockets: number): Promise<S3Client> {
  const client = new S3Client({
    // By default the SDK waits forever.
    requestHandler: {
      connectionTimeout: CONNECTED_WITHIN_MS,
      ...makeClientAgents({ keepAlive: true, maxSockets }),
    },
    // By default the SDK sends checksums in a framing that other S3 servers refuse.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
  // A self-hosted server has no host name of its own for each bucket.
  const endpoint = await client.config.serviceConfiguredEndpoint?.();
  client.config.forcePathStyle = endpoint !== undefined;
  return client;
}

function toRangeInput(range: Range | undefined): { Range?: string } {
  return range ? { Range: `bytes=${range.start}-${range.end}` } : {};
}

type UnlessStuck = <T>(work: (silence: SilenceGuard) => Promise<T>) => Promise<T>;

// It requests nothing before the first read, and then the socket waits for its reader, who may be slow.
function streamObject(
  { client, places }: { client: S3Client; places: ReadPlaces },
  input: GetObjectCommandInput,
  unlessStuck: UnlessStuck,
): ReadableStream<Uint8Array> {
  const stop = new AbortController();
  let chunks: AsyncIterator<Uint8Array> | undefined;
  let place: Place | undefined;

  async function openBody(): Promise<AsyncIterator<Uint8Array>> {
    const object = new GetObjectCommand(input);
    const { Body } = await client.send(object, { abortSignal: stop.signal });
    // In Node the body is a stream of this type.
    return (Body as Readable)[Symbol.asyncIterator]();
  }

  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { value, done } = await unlessStuck(async ({ signal }) => {
            signal.addEventListener("abort", () => stop.abort(signal.reason));
            place ??= await places.take(() => {
              const reason = new Error("The reader took nothing, and others needed its place");
              controller.error(reason);
              stop.abort(reason);
              void chunks?.return?.();
            }, stop.signal);
            place.asked();
            chunks ??= await openBody();
            return chunks.next();
          });
          if (done) {
            place?.leave();
            controller.close();
          } else {
            controller.enqueue(value);
            place?.served();
          }
        } catch (error) {
          place?.leave();
          throw error;
        }
      },
      cancel(reason) {
        place?.leave();
        stop.abort(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

function ignoreNotFound(error: unknown): undefined {
  if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return;
  throw error;
}

// S3 answers 403 for a missing file if the client may not list the bucket. The check at the start showed that it may read.
function ignoreUnseen(error: unknown): undefined {
  if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 403) return;
  return ignoreNotFound(error);
}
