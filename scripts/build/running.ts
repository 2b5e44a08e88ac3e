import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Returns the process ids of the servers that run from the build in `root`. `server.js` notes each by a file. */
export function findRunningServers(root: string): number[] {
  return [".next/servers", ".next/standalone/.next/servers"]
    .flatMap((notes) => listNames(join(root, notes)))
    .map(Number)
    .filter((pid) => isServer(pid));
}

function listNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isServer(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  try {
    // A server that was killed leaves its note, and another program may have got its process id.
    return /next-server|server\.js|start\.js/.test(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
  } catch {
    return true; // Not Linux: only the process id can be compared.
  }
}
