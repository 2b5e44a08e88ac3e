import type { Range } from "@/lib/net/range";

export type StoredFile = { bytes: number; etag: string; modifiedAt: Date };

/** Where videos and posters are kept: a folder, or an S3 bucket. Keys are like `{id}/video.mp4`. */
export type MediaStore = {
  /** A folder for files on their way in. */
  scratchDir: string;
  /** Keeps the file at `path` under `key`, whole or not at all, over what was there; `path` is gone after. */
  put(key: string, path: string, contentType: string): Promise<void>;
  stat(key: string): Promise<StoredFile | undefined>;
  /** The bytes, the whole file unless told otherwise; errors when the key is gone meanwhile. */
  read(key: string, range?: Range): ReadableStream<Uint8Array>;
  /** No error when there is nothing. */
  remove(key: string): Promise<void>;
};
