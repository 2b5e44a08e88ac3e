import "server-only";
import { createReadStream } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Readable } from "node:stream";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import type { Range } from "@/lib/range";
import { openScratchDir, requireKey } from "./disk-store";
import type { MediaStore } from "./store";

/** Keeps each key as an object under `s3://bucket/prefix`; the SDK finds keys and endpoint in `AWS_*`. */
export async function openS3Store(url: string): Promise<MediaStore> {
  const { bucket, prefix } = parseS3Url(url);
  const client = await createClient();
  const scratchDir = await openScratchDir(path.join(tmpdir(), "firstframe-media"));
  const locate = (key: string) => ({ Bucket: bucket, Key: prefix + requireKey(key) });

  return {
    scratchDir,
    async put(key, source, contentType) {
      const { size } = await stat(source);
      const body = createReadStream(source);
      const object = { ...locate(key), Body: body, ContentLength: size, ContentType: contentType };
      try {
        await client.send(new PutObjectCommand(object));
      } finally {
        body.destroy();
      }
      await rm(source, { force: true });
    },
    async stat(key) {
      const head = await client.send(new HeadObjectCommand(locate(key))).catch(ignoreNotFound);
      if (!head) return undefined;
      const { ContentLength: bytes, ETag: etag, LastModified: modifiedAt } = head;
      if (bytes === undefined || !etag || !modifiedAt) throw new Error("S3 left out a header");
      return { bytes, etag, modifiedAt };
    },
    read: (key, range) => streamObject(client, { ...locate(key), ...toRangeInput(range) }),
    async remove(key) {
      await client.send(new DeleteObjectCommand(locate(key))).catch(ignoreNotFound);
    },
  };
}

function parseS3Url(url: string): { bucket: string; prefix: string } {
  const [, bucket, folder = ""] = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(url) ?? [];
  if (!bucket) throw new Error(`Not an address like s3://bucket/prefix: ${url}`);
  const prefix = folder.replace(/^\/+|\/+$/g, "");
  return { bucket, prefix: prefix && `${prefix}/` };
}

async function createClient(): Promise<S3Client> {
  const client = new S3Client({
    // By default the SDK sends checksums in a framing that other S3 servers refuse.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
  // A server of one's own has no name for each bucket.
  const endpoint = await client.config.serviceConfiguredEndpoint?.();
  client.config.forcePathStyle = endpoint !== undefined;
  return client;
}

function toRangeInput(range: Range | undefined): { Range?: string } {
  return range ? { Range: `bytes=${range.start}-${range.end}` } : {};
}

// Nothing is asked for before the first read, and the socket waits for its reader.
function streamObject(client: S3Client, input: GetObjectCommandInput): ReadableStream<Uint8Array> {
  const stop = new AbortController();
  let chunks: AsyncIterator<Uint8Array> | undefined;

  async function openBody(): Promise<AsyncIterator<Uint8Array>> {
    const object = new GetObjectCommand(input);
    const { Body } = await client.send(object, { abortSignal: stop.signal });
    // In Node, and only there, it is one.
    return (Body as Readable)[Symbol.asyncIterator]();
  }

  return new ReadableStream(
    {
      async pull(controller) {
        chunks ??= await openBody();
        const { value, done } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel(reason) {
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
