import "server-only";
import { AppError } from "@/lib/problems";

// Each takes a thread of the four that also read files: a video must not wait for passwords.
const AT_ONCE = 2;
const MOST_WAITING = 16;

// Next bundles instrumentation and each route apart, so a module's own variable would exist several times.
const shared = globalThis as { firstframeHashing?: { running: number; waiting: (() => void)[] } };
shared.firstframeHashing ??= { running: 0, waiting: [] };
const line = shared.firstframeHashing;

/** Computes a password's hash when its turn comes. Throws `server_busy` where too many wait. */
export async function hashInTurn<T>(work: () => Promise<T>): Promise<T> {
  if (line.running >= AT_ONCE) {
    if (line.waiting.length >= MOST_WAITING) throw new AppError("server_busy");
    await new Promise<void>((resolve) => line.waiting.push(resolve));
  } else {
    line.running += 1;
  }
  try {
    return await work();
  } finally {
    const next = line.waiting.shift();
    if (next) next();
    else line.running -= 1;
  }
}
