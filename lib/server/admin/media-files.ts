import "server-only";
import { createHash, randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream as WebStream } from "node:stream/web";
import type { Kysely } from "kysely";
import type { GenerationState } from "../../generation.ts";
import type { Schema } from "../database/schema.ts";
import { mediaKeys, originalKey, videoKey } from "../generations/archive/media-keys.ts";
import type { MediaStore } from "../media/store.ts";
import { readPages } from "./rows.ts";

export type MediaFile = {
  generation: string;
  key: string;
  contentType: string;
  /** Whether a generation cannot be played without it. */
  isNeeded: boolean;
};

/** Names every file that the generations of a database may have. Only a store that may be listed knows more. */
export async function* listFiles(query: Kysely<Schema>): AsyncGenerator<MediaFile> {
  for await (const page of readPages(query, "generations")) {
    for (const { id, state } of page)
      yield* filesOf(String(id), JSON.parse(String(state)) as GenerationState);
  }
}

function filesOf(id: string, state: GenerationState): MediaFile[] {
  const video = state.status === "done" ? state.video : undefined;
  const types: Record<string, string | undefined> = {
    [videoKey(id)]: video?.contentType ?? "video/mp4",
    [originalKey(id)]: video?.original?.contentType ?? "application/octet-stream",
  };
  return mediaKeys(id).map((key) => ({
    generation: id,
    key,
    contentType: types[key] ?? "image/jpeg",
    isNeeded: video !== undefined && key === videoKey(id),
  }));
}

export type Copied = { bytes: number; sha256: string };

/** Copies one file to another store, completely or not at all. */
export async function copyFile(
  source: MediaStore,
  target: MediaStore,
  { key, contentType }: Pick<MediaFile, "key" | "contentType">,
): Promise<Copied> {
  const scratch = path.join(/* turbopackIgnore: true */ target.scratchDir, randomUUID());
  const hash = createHash("sha256");
  let bytes = 0;
  try {
    const body = Readable.fromWeb(source.read(key) as WebStream<Uint8Array>);
    const counted = async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        bytes += chunk.byteLength;
        yield chunk;
      }
    };
    await pipeline(body, counted, createWriteStream(scratch, { mode: 0o600 }));
    await target.put(key, scratch, contentType);
    return { bytes, sha256: hash.digest("hex") };
  } finally {
    await rm(scratch, { force: true });
  }
}

/** Reads a whole file and returns its size and hash. */
export async function readHash(store: MediaStore, key: string): Promise<Copied> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of store.read(key)) {
    hash.update(chunk);
    bytes += chunk.byteLength;
  }
  return { bytes, sha256: hash.digest("hex") };
}
