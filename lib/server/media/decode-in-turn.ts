import "server-only";
import { oncePerProcess } from "../process/once-per-process";

/** Of a picture that the server itself decodes; a progressive JPEG needs six bytes and more for each. */
export const MAX_DECODED_PIXELS = 40_000_000;
/** For sharp's own timeout. */
export const DECODED_WITHIN_SECONDS = 30;

const MOST_WAITING = 64;
const WAITS_MS = 2 * 60_000;

type Line = { last: Promise<unknown>; waiting: number };
const line = oncePerProcess<Line>("decoding", () => ({ last: Promise.resolve(), waiting: 0 }))();

export class DecodingBusyError extends Error {
  override name = "DecodingBusyError";
}

/**
 * Decodes one picture at a time: several at once would need their memory at once. Throws a `DecodingBusyError` where too
 * many wait, or where the turn does not come in time.
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
