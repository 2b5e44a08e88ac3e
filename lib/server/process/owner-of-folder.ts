import "server-only";
import { statSync } from "node:fs";
import path from "node:path";

/** Says who owns the folder that a file would be in, and who this process is; `undefined` where accounts have no numbers. */
export function describeOwner(file: string): string | undefined {
  const own = process.getuid?.();
  const folder = findFolder(path.resolve(/* turbopackIgnore: true */ file));
  if (own === undefined || folder === undefined) return undefined;
  const { uid, mode } = folder;
  const modeText = (mode & 0o777).toString(8);
  return `The folder ${folder.path} belongs to account ${uid} (mode ${modeText}), and this server runs as account ${own}.`;
}

function findFolder(start: string): { path: string; uid: number; mode: number } | undefined {
  for (let at = start; ; at = path.dirname(at)) {
    const found = readStats(at);
    if (found?.isDirectory()) return { path: at, uid: found.uid, mode: found.mode };
    if (path.dirname(at) === at) return undefined;
  }
}

function readStats(at: string) {
  try {
    return statSync(/* turbopackIgnore: true */ at);
  } catch {
    return undefined; // It does not exist, or this account may not look.
  }
}
