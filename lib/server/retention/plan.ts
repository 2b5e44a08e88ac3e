import "server-only";

/** What the operator permits. Bytes and milliseconds; absent if there is no limit. */
export type Limits = { keepMs?: number; bytes?: number; bytesPerOwner?: number };

/** What is known of a generation that has ended. Times are milliseconds since 1970. */
export type Stored = {
  id: string;
  owner: string;
  bytes: number;
  createdAt: number;
  isStarred: boolean;
  isShared: boolean;
  /** When an earlier plan has said that it goes. */
  removeAt?: number;
};

/** How long its owner can see that a video goes, before it does. */
export const NOTICE_MS = 3 * 24 * 60 * 60_000;

/**
 * Returns what goes, and when. Age removes nothing that is starred or shared. A quota removes the oldest first: then the
 * shared ones, and the starred ones last. What was announced keeps its time.
 */
export function planRemovals(
  stored: readonly Stored[],
  { keepMs, bytes, bytesPerOwner }: Limits,
  now: number,
): Map<string, number> {
  const plan = new Map<string, number>();
  const announce = ({ id, removeAt }: Stored, at: number) =>
    plan.set(id, Math.max(at, removeAt ?? now + NOTICE_MS));

  if (keepMs !== undefined) {
    for (const one of stored) {
      const at = one.createdAt + keepMs;
      if (!one.isStarred && !one.isShared && at - NOTICE_MS <= now) announce(one, at);
    }
  }
  const shrink = (some: readonly Stored[], limit: number) => {
    let left = some.reduce((sum, one) => sum + (plan.has(one.id) ? 0 : one.bytes), 0);
    for (const one of some.toSorted(byWorth)) {
      if (left <= limit) return;
      if (plan.has(one.id) || one.bytes === 0) continue;
      announce(one, now);
      left -= one.bytes;
    }
  };
  if (bytesPerOwner !== undefined)
    for (const own of Map.groupBy(stored, ({ owner }) => owner).values())
      shrink(own, bytesPerOwner);
  if (bytes !== undefined) shrink(stored, bytes);
  return plan;
}

function byWorth(one: Stored, other: Stored): number {
  return worthOf(one) - worthOf(other) || one.createdAt - other.createdAt;
}

function worthOf({ isStarred, isShared }: Stored): number {
  if (isStarred) return 2;
  return isShared ? 1 : 0;
}
