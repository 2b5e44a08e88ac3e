import "server-only";
import { chmod } from "node:fs/promises";
import path from "node:path";
import { dataFolder, type Env } from "../env";

const OTHERS = 0o077;
const SQLITE_FILES = ["", "-wal", "-shm", "-migration"];

/**
 * Hides what this process writes from other accounts of the machine: new files get 0600 and new folders 0700, and files of
 * older versions are corrected. The parent folder stays as it is, because it may contain files of others.
 */
export async function makeFilesPrivate(env: Env): Promise<void> {
  process.umask(process.umask() | OTHERS);
  const data = dataFolder(env);
  await Promise.all([
    ...foldersOf(env, data).map((folder) => close(folder, 0o700)),
    ...filesOf(env, data).map((file) => close(file, 0o600)),
  ]);
}

function foldersOf({ MEDIA_URL }: Env, data: string): string[] {
  const media = MEDIA_URL.startsWith("file:") ? [path.resolve(pathOf(MEDIA_URL))] : [];
  return [...media, path.join(data, "local-fal")];
}

function filesOf({ DATABASE_URL }: Env, data: string): string[] {
  const secret = path.join(data, "session-secret");
  if (!DATABASE_URL.startsWith("file:")) return [secret];
  const database = path.resolve(pathOf(DATABASE_URL));
  return [secret, ...SQLITE_FILES.map((suffix) => `${database}${suffix}`)];
}

function pathOf(url: string): string {
  return url.slice("file:".length);
}

// This fails if the file does not exist, belongs to another account or is on a file system without modes. Nothing is worse
// than before then.
async function close(file: string, mode: number): Promise<void> {
  await chmod(/* turbopackIgnore: true */ file, mode).catch(() => {});
}
