import "server-only";
import path from "node:path";
import { openDiskStore } from "./disk-store.ts";
import type { MediaStore } from "./store.ts";

/** Opens `file:folder`, relative to where the server was started, or `s3://bucket/prefix`. */
export async function openMediaStore(mediaUrl: string): Promise<MediaStore> {
  if (mediaUrl.startsWith("file:")) {
    const folder = mediaUrl.slice("file:".length);
    return openDiskStore(path.resolve(/* turbopackIgnore: true */ folder));
  }
  if (mediaUrl.startsWith("s3://")) {
    // The SDK loads only on demand, because that takes a while and most servers store files on disk.
    const { openS3Store } = await import("./s3-store.ts");
    return openS3Store(mediaUrl);
  }
  throw new Error("Media can be kept under file:… or s3://…");
}
