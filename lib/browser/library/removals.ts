import { MOST_REMOVED } from "@/lib/api/most-removed";
import type { Generation } from "@/lib/generation";
import type { LibraryDeps, Removal } from "./deps";
import type { Removed } from "./library";
import type { openShares } from "./shares";
import type { Shelf } from "./shelf";

type RemovalTarget = {
  shelf: Shelf;
  shares: ReturnType<typeof openShares>;
  adopt: Shelf["adopt"];
  forget(click: string): void;
  /** Tells the other tabs. */
  tellRemoved(generation: Generation): void;
};

/** What the server answered to the parts of one press. */
type Parts = { removals: Removal[]; until: number; failure?: { error: unknown } };

/** Hides what is removed at once, and shows it again after an undo or if the server could not remove it. */
export function openRemovals(
  { api, now }: LibraryDeps,
  { shelf, shares, adopt, forget, tellRemoved }: RemovalTarget,
) {
  let bringBack = async () => {};
  let ending: ReturnType<typeof setTimeout> | undefined;

  const find = (clicks: readonly string[]) =>
    clicks.flatMap((click) => shelf.find(click)?.generation ?? []);
  const hide = (generations: readonly Generation[]) => {
    for (const { click } of generations) {
      shelf.bury(click, "here");
      forget(click);
    }
  };
  const show = (generations: readonly Generation[]) => {
    for (const { click } of generations) shelf.unbury(click);
    adopt(generations);
  };

  /** Offers the undo for as long as the server keeps all of what was removed. */
  function offerUndo(
    { removals: [first, ...more], until }: Parts,
    kind: Removed["kind"],
    gone: readonly Generation[],
    undo: () => void,
  ): void {
    if (!first) return;
    const removed: Removed = { id: first.id, kind, clicks: gone.map(({ click }) => click), until };
    bringBack = async () => {
      for (const { id } of [first, ...more]) await api.undoRemoval(id);
      undo();
    };
    clearTimeout(ending);
    shelf.publish({ removed: gone.length > 0 ? removed : undefined });
    ending = setTimeout(() => shelf.publish({ removed: undefined }), until - now());
  }

  /** Removes part after part, and stops at the first that fails. The time for an undo counts from the first. */
  async function inParts(asks: Iterable<() => Promise<Removal>>): Promise<Parts> {
    const parts: Parts = { removals: [], until: 0 };
    try {
      for (const ask of asks) {
        const removal = await ask();
        // There is nothing to bring back of one that removed nothing.
        if (removal.ids.length === 0) continue;
        parts.until ||= now() + removal.undoSeconds * 1_000;
        parts.removals.push(removal);
      }
    } catch (error) {
      parts.failure = { error };
    }
    return parts;
  }

  async function remove(
    generations: readonly Generation[],
    asks: Iterable<() => Promise<Removal>>,
  ): Promise<void> {
    hide(generations);
    const parts = await inParts(asks);
    const ids = idsOf(parts);
    // A run that is still under way stays. What somebody else has deleted meanwhile does not.
    show(generations.filter(({ id, click }) => !ids.has(id) && !shelf.isDeleted(click)));
    const gone = generations.filter(({ id }) => ids.has(id));
    for (const one of gone) tellRemoved(one);
    offerUndo(parts, "generations", gone, () => show(gone));
    if (parts.failure) throw parts.failure.error;
  }

  /** Asks again as long as the server removes as many as it can at once. */
  function* allNotMade(): Iterable<() => Promise<Removal>> {
    let isMore = true;
    const ask = async () => {
      const removal = await api.removeNotMade();
      isMore = removal.ids.length === MOST_REMOVED;
      return removal;
    };
    while (isMore) yield ask;
  }

  return {
    async remove(clicks: readonly string[]): Promise<void> {
      // The server has no record of these yet.
      for (const click of clicks) if (shelf.find(click)?.isLocal) forget(click);
      const generations = find(clicks);
      if (generations.length === 0) return;
      await remove(
        generations,
        partsOf(generations).map((ids) => () => api.removeGenerations(ids)),
      );
    },
    removeNotMade(): Promise<void> {
      const generations = shelf
        .get()
        .watched.map(({ generation }) => generation)
        .filter(isNotMade);
      return remove(generations, allNotMade());
    },
    async takeBack(clicks: readonly string[]): Promise<void> {
      const linked = find(clicks).filter(({ share }) => share);
      if (linked.length === 0) return;
      const parts = await shares.takeBack(
        linked.map(({ click }) => click),
        async () => {
          const parts = await inParts(partsOf(linked).map((ids) => () => api.removeShares(ids)));
          if (parts.failure && parts.removals.length === 0) throw parts.failure.error;
          return parts;
        },
      );
      const showLinks = (generations: readonly Generation[]) => {
        for (const { click, share } of generations)
          shelf.change(click, (generation) => ({ ...generation, share }));
      };
      const ids = idsOf(parts);
      const gone = parts.failure ? linked.filter(({ id }) => ids.has(id)) : linked;
      offerUndo(parts, "links", gone, () => showLinks(gone));
      if (!parts.failure) return;
      showLinks(linked.filter(({ id }) => !ids.has(id)));
      throw parts.failure.error;
    },
    async undo(): Promise<void> {
      const { removed } = shelf.get();
      if (!removed) return;
      try {
        await bringBack();
        shelf.publish({ removed: undefined });
      } catch {
        shelf.publish({ removed: { ...removed, isUndoFailed: true } });
      }
    },
    close: () => clearTimeout(ending),
  };
}

function partsOf(generations: readonly Generation[]): string[][] {
  const ids = generations.map(({ id }) => id);
  const starts = Array.from({ length: Math.ceil(ids.length / MOST_REMOVED) }, (_, at) => at);
  return starts.map((at) => ids.slice(at * MOST_REMOVED, (at + 1) * MOST_REMOVED));
}

function idsOf({ removals }: Parts): ReadonlySet<string> {
  return new Set(removals.flatMap(({ ids }) => ids));
}

function isNotMade({ status }: Generation): boolean {
  return (
    status === "failed" ||
    status === "cancelled" ||
    status === "refused" ||
    status === "unconfirmed"
  );
}
