import { createHash, randomBytes } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable, Transform, type TransformCallback } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream as WebStream } from "node:stream/web";
import { readJson, writeJson } from "./disk.ts";

/** What is kept about a file: never an address, because ports and hosts change between starts. */
export type FileReference = { id: string; prefix: string; name: string };

export type StoredContent = { blob: string; bytes: number; type: string; etag: string; at: string };
export type StoredFile = FileReference & {
  uploadToken: string;
  type: string;
  content?: StoredContent;
};
export type FileStore = Awaited<ReturnType<typeof openFileStore>>;

export class FileTooLargeError extends Error {
  override name = "FileTooLargeError";
}

export class BrokenOffError extends Error {
  override name = "BrokenOffError";
}

const filePath = /\/files\/b\/([0-9a-f]{8})\/([\w-]{21})_([\w.-]+)$/;

export function toFilePath({ prefix, id, name }: FileReference): string {
  return `/files/b/${prefix}/${id}_${name}`;
}

export function parseFilePath(pathname: string): FileReference | undefined {
  const [, prefix, id, name] = filePath.exec(pathname) ?? [];
  return prefix && id && name ? { prefix, id, name } : undefined;
}

/** Keeps `<id>.json` for each file, pointing to the blob with its bytes. */
export async function openFileStore(directory: string, now: () => Date) {
  await mkdir(directory, { recursive: true });
  await removePartialWrites(directory);

  async function find({ id, prefix }: FileReference): Promise<StoredFile | undefined> {
    const file = (await readJson(join(directory, `${id}.json`))) as StoredFile | undefined;
    return file?.prefix === prefix ? file : undefined;
  }

  /** Announces a file, so that its address is known before its bytes are. */
  async function create(name: string, type: string): Promise<StoredFile> {
    const file: StoredFile = {
      id: randomBytes(16).toString("base64url").slice(0, 21),
      prefix: randomBytes(4).toString("hex"),
      name: toSafeName(name),
      type: toSafeType(type),
      uploadToken: randomBytes(16).toString("hex"),
    };
    await writeJson(join(directory, `${file.id}.json`), file);
    return file;
  }

  /** Streams bytes to disk; the file changes from its old content to the new in one step. */
  async function fill(
    file: StoredFile,
    source: Readable,
    { type = file.type, maxBytes = Number.POSITIVE_INFINITY } = {},
  ): Promise<StoredContent> {
    const blob = `${file.id}.${randomBytes(6).toString("hex")}`;
    const partial = join(directory, `${blob}.tmp`);
    const measure = new Measure(maxBytes);
    try {
      await pipeline(tellBreaks(source), measure, createWriteStream(partial, { flush: true }));
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
    // The folder is known only at run time: without the mark the bundler would trace the whole project.
    await rename(partial, join(/* turbopackIgnore: true */ directory, blob));

    const content: StoredContent = {
      blob,
      bytes: measure.bytes,
      type: toSafeType(type),
      etag: `"${measure.hash.digest("hex").slice(0, 32)}"`,
      at: now().toISOString(),
    };
    const before = await find(file);
    await writeJson(join(directory, `${file.id}.json`), { ...file, content });
    if (before?.content) await rm(join(directory, before.content.blob), { force: true });
    return content;
  }

  return {
    find,
    create,
    fill,
    pathOf: ({ blob }: StoredContent) => join(directory, blob),
    read: ({ blob }: StoredContent, range?: { start: number; end: number }) =>
      Readable.toWeb(createReadStream(join(directory, blob), range)) as ReadableStream<Uint8Array>,

    /** Takes over a file that was made on this disk. */
    async adopt(path: string, name: string, type: string) {
      const file = await create(name, type);
      const content = await fill(file, createReadStream(path));
      const reference: FileReference = { id: file.id, prefix: file.prefix, name: file.name };
      return { file: reference, type: content.type, bytes: content.bytes };
    },
  };
}

export function toReadable(body: ReadableStream<Uint8Array> | null): Readable {
  return body ? Readable.fromWeb(body as WebStream<Uint8Array>) : Readable.from([]);
}

// A sender who goes away is told apart from a disk that fails.
async function* tellBreaks(source: Readable) {
  try {
    yield* source;
  } catch (cause) {
    throw new BrokenOffError("The file broke off", { cause });
  }
}

class Measure extends Transform {
  bytes = 0;
  readonly hash = createHash("sha256");
  readonly #maxBytes: number;

  constructor(maxBytes: number) {
    super();
    this.#maxBytes = maxBytes;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback) {
    this.bytes += chunk.length;
    if (this.bytes > this.#maxBytes) {
      done(new FileTooLargeError(`The file is larger than ${this.#maxBytes} bytes.`));
      return;
    }
    this.hash.update(chunk);
    done(null, chunk);
  }
}

function toSafeName(name: string): string {
  const safe = name
    .replace(/[^\w.-]+/g, "_")
    .replace(/^\.+/, "")
    .slice(-100);
  return safe || "file";
}

function toSafeType(type: string): string {
  return /^[\w.+-]+\/[\w.+-]+(; ?[\w-]+=[\w.-]+)?$/.test(type) ? type : "application/octet-stream";
}

async function removePartialWrites(directory: string) {
  const partial = (await readdir(directory)).filter((name) => name.endsWith(".tmp"));
  await Promise.all(partial.map((name) => rm(join(directory, name), { force: true })));
}
