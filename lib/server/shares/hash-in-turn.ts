import "server-only";
import { AppError } from "@/lib/problems";
import { oncePerProcess } from "../process/once-per-process";

// Each hash occupies one of the four threads that also read files, and a video must not wait for passwords.
const AT_ONCE = 2;
const MOST_WAITING = 16;

type Line = { running: number; waiting: (() => void)[] };
const line = oncePerProcess<Line>("hashing", () => ({ running: 0, waiting: [] }))();

/** Computes a password's hash when its turn comes. Throws `server_busy` if too many wait. */
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
