import type { Range } from "@/lib/net/range";

export type StoredFile = { bytes: number; etag: string; modifiedAt: Date };

export type ListedFile = { key: string; bytes: number; modifiedAt: Date };

/** Stores videos and posters in a folder or an S3 bucket. Keys are like `{id}/video.mp4`. */
export type MediaStore = {
  /** The folder for incoming files. */
  scratchDir: string;
  /** Stores the file at `path` under `key`, completely or not at all, and replaces an earlier one. Removes `path`. */
  put(key: string, path: string, contentType: string): Promise<void>;
  stat(key: string): Promise<StoredFile | undefined>;
  /** Reads a range, or the whole file by default. Fails if the key was removed meanwhile. */
  read(key: string, range?: Range): ReadableStream<Uint8Array>;
  /** Removes the file. It is no error if there is none. */
  remove(key: string): Promise<void>;
  /** Names every file, in any order. A key for S3 needs another permission for this than for the rest. */
  list(): AsyncIterable<ListedFile>;
};
