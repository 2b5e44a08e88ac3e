import { type Generation, isSettled, isWaiting } from "@/lib/generation";
import type { Watched } from "./library";

/** Merges what the server has recorded into what this tab knows. Returns it sorted, newest first. */
export function mergeInto(
  watched: readonly Watched[],
  generations: readonly Generation[],
): Watched[] {
  const byClick = new Map(watched.map((one) => [one.generation.click, one]));
  for (const generation of generations) {
    const known = byClick.get(generation.click);
    byClick.set(generation.click, known ? merge(known, generation) : { generation, log: [] });
  }
  return [...byClick.values()].toSorted(byTime);
}

/** Newest first. Both are written in ASCII, so that no language's order is needed. */
export function byTime({ generation: a }: Watched, { generation: b }: Watched): number {
  return compare(b.createdAt, a.createdAt) || compare(b.id, a.id);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function merge(known: Watched, generation: Generation): Watched {
  // Answers may arrive out of order, and a run never returns to an earlier state.
  if (!known.isLocal && rankOf(generation) < rankOf(known.generation)) return known;
  // Until there is a poster, only the tab with the dropped picture knows its size.
  const picture = generation.picture ?? known.generation.picture;
  // With another address, the browser would load and decode the same picture again just as the video begins.
  const thumbnail = known.generation.thumbnail ?? generation.thumbnail;
  return {
    log: known.log,
    generation: { ...generation, ...(picture && { picture }), ...(thumbnail && { thumbnail }) },
    isLocal: false,
    isCancelling: isWaiting(generation) ? known.isCancelling : false,
  };
}

// A refused click may be sent again and a lost one found again, so these states have no order.
function rankOf(generation: Generation): number {
  const { status } = generation;
  if (status === "queued") return 1;
  if (status === "running") return 2;
  if (status === "archiving") return 3;
  return isSettled(generation) && status !== "refused" && status !== "unconfirmed" ? 4 : 0;
}

/** Returns the generations that the newest page should list but does not, because they were deleted elsewhere. */
export function findDeleted(
  known: readonly Watched[],
  { items, nextCursor }: { items: readonly Generation[]; nextCursor: string | null },
): Generation[] {
  const listed = new Set(items.map(({ click }) => click));
  const oldest = nextCursor === null ? "" : (items.at(-1)?.createdAt ?? "");
  return known
    .filter(({ isLocal }) => !isLocal)
    .map(({ generation }) => generation)
    .filter(({ click, createdAt }) => createdAt > oldest && !listed.has(click));
}
