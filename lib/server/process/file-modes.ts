import "server-only";
import { chmod } from "node:fs/promises";
import path from "node:path";
import { dataFolder, type Env } from "../env";

const OTHERS = 0o077;
const SQLITE_FILES = ["", "-wal", "-shm", "-migration"];

/**
 * Keeps what this process writes from the other accounts of the machine: new files get 0600 and new folders 0700, and
 * what an older version left open is closed. The folder above is the operator's: others may have files in it.
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

// Not there yet, or another account's, or on a file system without modes: what is in it is as safe as before.
async function close(file: string, mode: number): Promise<void> {
  await chmod(/* turbopackIgnore: true */ file, mode).catch(() => {});
}
