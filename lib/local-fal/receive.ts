import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { Readable, Transform, type TransformCallback } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream as WebStream } from "node:stream/web";

export class FileTooLargeError extends Error {
  override name = "FileTooLargeError";
}

export class BrokenOffError extends Error {
  override name = "BrokenOffError";
}

/** Streams bytes to a file that appears only when all of them have arrived, and names it by its hash. */
export async function receive(
  source: Readable,
  path: string,
  maxBytes: number,
): Promise<{ bytes: number; etag: string }> {
  const measure = new Measure(maxBytes);
  try {
    await pipeline(markBrokenSource(source), measure, createWriteStream(path, { flush: true }));
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  return { bytes: measure.bytes, etag: `"${measure.hash.digest("hex").slice(0, 32)}"` };
}

export function toReadable(body: ReadableStream<Uint8Array> | null): Readable {
  return body ? Readable.fromWeb(body as WebStream<Uint8Array>) : Readable.from([]);
}

// Distinguishes a sender that disconnects from a disk that fails.
async function* markBrokenSource(source: Readable) {
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
