import "server-only";
import { statfs } from "node:fs/promises";
import path from "node:path";

/** Room for a few videos, and for the database to note that there is no more. */
export const FREE_BYTES = 256 * 1024 * 1024;

/** Returns how many bytes are free at a folder. Throws if they are too few. */
export async function requireRoom(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(path.resolve(/* turbopackIgnore: true */ folder));
  const free = bavail * bsize;
  if (free >= FREE_BYTES) return free;
  throw new Error(
    `${folder} has ${Math.floor(free / 1024 ** 2)} MB left, and ${FREE_BYTES / 1024 ** 2} MB are needed.`,
  );
}
