import { readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { readJson } from "./disk.ts";

type Holder = { pid: number; started?: string };

// The locks are on globalThis because a bundler may load this module twice in one process.
const key = Symbol.for("local-fal.locks");
const shared = globalThis as { [key]?: Set<string> };
shared[key] ??= new Set();
const heldHere = shared[key];

/**
 * Makes this process the only user of the directory, and returns a function that releases it. Throws if another process
 * uses it.
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const path = join(resolve(directory), "lock");
  if (heldHere.has(path)) throw new Error(`${directory} is already open in this process.`);
  heldHere.add(path);

  try {
    await writeLock(path, directory);
  } catch (error) {
    heldHere.delete(path);
    throw error;
  }

  return async () => {
    await rm(path, { force: true });
    heldHere.delete(path);
  };
}

async function writeLock(path: string, directory: string): Promise<void> {
  const self: Holder = { pid: process.pid, started: readStartTime(process.pid) };
  for (;;) {
    try {
      return await writeFile(path, JSON.stringify(self), { flag: "wx", flush: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    // A lock file that cannot be parsed was cut off by a crash while it was written.
    const holder = (await readJson(path).catch(() => undefined)) as Holder | undefined;
    if (holder && isRunning(holder)) {
      throw new Error(
        `${directory} is in use by process ${holder.pid}. Stop it, or choose another directory.`,
      );
    }
    await rm(path, { force: true });
  }
}

function isRunning({ pid, started }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  // A restarted container assigns the same small pids again, so a different start time means a different process.
  return started === undefined || started === readStartTime(pid);
}

function readStartTime(pid: number): string | undefined {
  try {
    // Field 22 of proc_pid_stat(5). The command name before it may contain spaces, so count from its closing bracket.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined; // not Linux: only the pid can be compared
  }
}
