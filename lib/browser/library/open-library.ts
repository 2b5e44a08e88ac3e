import { openClicks } from "./clicks";
import type { LibraryDeps } from "./deps";
import { openEvents } from "./events";
import type { LibraryStore } from "./library";
import { findDeleted } from "./merge";
import { openRemovals } from "./removals";
import { openSearch } from "./search";
import { openShares } from "./shares";
import { openShelf, type Shelf } from "./shelf";

/** Opens the library of this browser. It requests nothing before the first `subscribe`. */
export function openLibrary(deps: LibraryDeps): LibraryStore {
  const { api, fal, problems } = deps;
  const shelf = openShelf(deps.now);
  let nextCursor: string | null | undefined;
  let isOpen = false;

  const adopt: Shelf["adopt"] = (generations) => {
    const present = shelf.adopt(generations);
    for (const { click } of present) clicks.settle(click);
    return present;
  };
  const forget = (click: string) => {
    clicks.settle(click);
    shelf.drop(click);
  };
  const reload = async () => {
    try {
      // A generation that arrives during this request is missing from the answer although it was not deleted.
      const known = shelf.get().watched;
      const newest = await api.readPage();
      for (const { click } of findDeleted(known, newest)) forget(click);
      adopt(newest.items);
    } catch {
      // The page keeps what it shows, and the next reload brings the rest.
    }
  };
  const clicks = openClicks(deps, shelf, {
    onAccepted: (click) => events.tell(click),
    async onRefused(click) {
      await reload();
      events.tell(click);
    },
  });
  const search = openSearch(deps, shelf, adopt);
  const shares = openShares(deps, shelf);
  const removals = openRemovals(deps, {
    shelf,
    shares,
    adopt,
    forget,
    tellRemoved: (one) => events.tellRemoved(one),
  });
  const events = openEvents(deps, { shelf, adopt, forget, reload, refreshFound: search.refresh });

  const loadMore = async () => {
    if (nextCursor === null) return;
    shelf.publish({ more: "loading", gateway: undefined });
    try {
      const older = await api.readPage(nextCursor);
      nextCursor = older.nextCursor;
      adopt(older.items);
      shelf.endAt(nextCursor === null ? undefined : older.items.at(-1));
      shelf.publish({ more: nextCursor === null ? "none" : "ready" });
    } catch (error) {
      shelf.publish({ more: "failed", gateway: problems.toGatewayProblem(error) });
    }
  };

  const open = () => {
    events.open();
    void loadMore();
    clicks.resume();
  };

  return {
    get: shelf.get,
    subscribe(listener) {
      const leave = shelf.subscribe(listener);
      if (!isOpen) {
        isOpen = true;
        void deps.untilIdle().then(open);
      }
      return leave;
    },
    start: async (model, input, picture) => clicks.start(model, input, picture),
    async stop(click) {
      const generation = shelf.find(click)?.generation;
      if (generation?.status !== "queued" && generation?.status !== "running") return;
      shelf.patch(click, { isCancelling: true });
      try {
        await fal.cancel(generation.model, generation.requestId);
      } catch (error) {
        shelf.patch(click, { isCancelling: false, trouble: problems.toProblem(error) });
      }
    },
    loadMore: () => (shelf.get().found ? search.loadMore() : loadMore()),
    search: search.set,
    async changeWords(click, words) {
      const one = shelf.find(click);
      if (!one) return;
      const { title, isStarred } = one.generation;
      const shown = { ...words, ...(words.title === "" && { title: undefined }) };
      shelf.change(click, (generation) => ({ ...generation, ...shown }));
      try {
        adopt([await api.changeWords(one.generation.id, words)]);
      } catch (error) {
        shelf.change(click, (generation) => ({ ...generation, title, isStarred }));
        throw error;
      }
    },
    async open(id) {
      const generation = await api.readGeneration(id);
      return generation && adopt([generation])[0]?.click;
    },
    publish: shares.publish,
    remove: removals.remove,
    removeNotMade: removals.removeNotMade,
    takeBack: removals.takeBack,
    undo: removals.undo,
    watch: events.watch,
    close() {
      clicks.close();
      removals.close();
      events.close();
      shelf.leave();
    },
  };
}
