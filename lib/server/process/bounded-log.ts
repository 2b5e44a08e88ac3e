import "server-only";
import { getLog } from "../log";

const EACH_MINUTE = 10;
const MINUTE_MS = 60_000;

type Kind = { message: string; reason: string };
type Count = { since: number; entries: number; leftOut: number };

/**
 * A log for events that strangers can cause: at most ten entries a minute for each reason. Callers take the reason from a
 * fixed list, never from a request. The next entry says how many were left out.
 */
export function openBoundedLog(now: () => number = () => performance.now()) {
  const counts = new Map<string, Count>();

  return ({ message, reason }: Kind, details: Record<string, unknown> = {}): void => {
    const known = counts.get(reason);
    const isOver = known === undefined || now() - known.since >= MINUTE_MS;
    const count = isOver ? { since: now(), entries: 0, leftOut: known?.leftOut ?? 0 } : known;
    counts.set(reason, count);
    if (count.entries >= EACH_MINUTE) {
      count.leftOut += 1;
      return;
    }
    const { leftOut } = count;
    count.entries += 1;
    count.leftOut = 0;
    getLog().warn({ reason, ...(leftOut > 0 && { leftOut }), ...details }, message);
  };
}
