import "server-only";
import { oncePerProcess } from "../process/once-per-process";

/** The largest picture that the server decodes. A progressive JPEG needs at least six bytes for each pixel. */
export const MAX_DECODED_PIXELS = 40_000_000;
/** The limit for sharp's own timeout. */
export const DECODED_WITHIN_SECONDS = 30;

const MOST_WAITING = 64;
const WAITS_MS = 2 * 60_000;

type Line = { last: Promise<unknown>; waiting: number };
const line = oncePerProcess<Line>("decoding", () => ({ last: Promise.resolve(), waiting: 0 }))();

export class DecodingBusyError extends Error {
  override name = "DecodingBusyError";
}

/**
 * Decodes one picture at a time, because several would need too much memory. Throws a `DecodingBusyError` if too many wait
 * or if the wait takes too long.
 */
export async function decodeInTurn<T>(decode: () => Promise<T>): Promise<T> {
  if (line.waiting >= MOST_WAITING) throw new DecodingBusyError("Too many pictures wait");
  line.waiting++;
  const until = Date.now() + WAITS_MS;
  const turn = line.last.then(() => {
    line.waiting--;
    if (Date.now() > until) throw new DecodingBusyError("The turn came too late");
    return decode();
  });
  line.last = turn.catch(() => {});
  return turn;
}
