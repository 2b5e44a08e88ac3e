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

/** Hides what is removed at once, and shows it again after an undo or if the server could not remove it. */
export function openRemovals(
  { api, now }: LibraryDeps,
  { shelf, shares, adopt, forget, tellRemoved }: RemovalTarget,
) {
  let bringBack = () => {};
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

  /** Offers the undo for as long as the server keeps what was removed. */
  function offerUndo(
    { id, undoSeconds }: Removal,
    kind: Removed["kind"],
    gone: readonly Generation[],
    undo: () => void,
  ): void {
    const until = now() + undoSeconds * 1_000;
    const removed: Removed = { id, kind, clicks: gone.map(({ click }) => click), until };
    bringBack = undo;
    clearTimeout(ending);
    shelf.publish({ removed: gone.length > 0 ? removed : undefined });
    ending = setTimeout(() => shelf.publish({ removed: undefined }), undoSeconds * 1_000);
  }

  async function remove(
    generations: readonly Generation[],
    ask: () => Promise<Removal>,
  ): Promise<void> {
    hide(generations);
    try {
      const removal = await ask();
      const ids = new Set(removal.ids);
      // A run that is still under way stays.
      show(generations.filter(({ id }) => !ids.has(id)));
      const gone = generations.filter(({ id }) => ids.has(id));
      for (const one of gone) tellRemoved(one);
      offerUndo(removal, "generations", gone, () => show(gone));
    } catch (error) {
      show(generations);
      throw error;
    }
  }

  return {
    async remove(clicks: readonly string[]): Promise<void> {
      // The server has no record of these yet.
      for (const click of clicks) if (shelf.find(click)?.isLocal) forget(click);
      const generations = find(clicks);
      if (generations.length === 0) return;
      await remove(generations, () => api.removeGenerations(generations.map(({ id }) => id)));
    },
    removeNotMade(): Promise<void> {
      const generations = shelf
        .get()
        .watched.map(({ generation }) => generation)
        .filter(isNotMade);
      return remove(generations, () => api.removeNotMade());
    },
    async takeBack(clicks: readonly string[]): Promise<void> {
      const linked = find(clicks).filter(({ share }) => share);
      if (linked.length === 0) return;
      const removal = await shares.takeBack(
        linked.map(({ click }) => click),
        () => api.removeShares(linked.map(({ id }) => id)),
      );
      offerUndo(removal, "links", linked, () => {
        for (const { click, share } of linked)
          shelf.change(click, (generation) => ({ ...generation, share }));
      });
    },
    async undo(): Promise<void> {
      const { removed } = shelf.get();
      if (!removed) return;
      try {
        await api.undoRemoval(removed.id);
        bringBack();
        shelf.publish({ removed: undefined });
      } catch {
        shelf.publish({ removed: { ...removed, isUndoFailed: true } });
      }
    },
    close: () => clearTimeout(ending),
  };
}

function isNotMade({ status }: Generation): boolean {
  return (
    status === "failed" ||
    status === "cancelled" ||
    status === "refused" ||
    status === "unconfirmed"
  );
}
