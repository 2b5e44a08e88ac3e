import type { Generation } from "@/lib/generation";
import { problem } from "@/lib/problems";
import { openCommonSource } from "./common-source";
import type { LibraryDeps } from "./deps";
import type { LibraryEvent } from "./event";
import { findOpenEnded } from "./open-ended";
import type { Shelf } from "./shelf";
import { openStage } from "./stage";

const FOUND_AGAIN_AFTER_MS = 1_000;

/** What the events change. */
export type EventsTarget = {
  shelf: Shelf;
  adopt: Shelf["adopt"];
  forget(click: string): void;
  /** Reads the newest page. */
  reload(): Promise<void>;
  /** Searches again, for what is new. */
  refreshFound(): Promise<void>;
};

/**
 * Applies changes from elsewhere to the library. The run on the stage has its own stream; all other changes come from
 * the one source of events that all tabs of the browser use.
 */
export function openEvents(
  deps: LibraryDeps,
  { shelf, adopt, forget, reload, refreshFound }: EventsTarget,
) {
  const { api, page, problems } = deps;
  const stage = openStage(deps, shelf, refresh);
  let source: ReturnType<typeof openCommonSource> | undefined;
  let leave = () => {};
  let refreshing: ReturnType<typeof setTimeout> | undefined;

  /** A run tells of each of its steps: one search for all of them is enough. */
  function refreshFoundSoon(): void {
    if (refreshing || !shelf.get().found) return;
    refreshing = setTimeout(() => {
      refreshing = undefined;
      void refreshFound();
    }, FOUND_AGAIN_AFTER_MS);
  }

  async function refresh({ click, id }: Generation): Promise<void> {
    try {
      const found = await api.readGeneration(id);
      if (found) adopt([found]);
      else forget(click);
    } catch (error) {
      shelf.patch(click, { trouble: problems.toProblem(error) });
    }
  }

  function apply(event: LibraryEvent): void {
    switch (event.type) {
      case "generation":
        if (event.isInOrder) shelf.restore(event.generation.click);
        adopt([event.generation]);
        refreshFoundSoon();
        return;
      case "deleted":
        shelf.bury(event.click, "on the server");
        forget(event.click);
        return;
      case "reload":
        void reload();
        return;
      case "signed_out":
        for (const { click } of findOpenEnded(shelf.get().watched, deps.now()))
          shelf.patch(click, { trouble: problem("signed_out") });
    }
  }

  return {
    open() {
      source = openCommonSource(deps, shelf, apply);
      stage.open();
      leave = page.onChange((change) => {
        // A page that the browser stopped has missed events.
        if (change === "shown" || change === "thawed") void reload();
      });
    },
    /** Tells the other tabs that the server has a record of this one. */
    tell(click: string) {
      const generation = shelf.find(click)?.generation;
      if (!generation) return;
      // This tab's thumbnail is a long data address. The other tabs get the server's.
      const { thumbnail, ...rest } = generation;
      source?.tell({ type: "generation", generation: rest });
    },
    tellRemoved: ({ id, click }: Generation) => source?.tell({ type: "deleted", id, click }),
    watch: stage.watch,
    close() {
      leave();
      clearTimeout(refreshing);
      stage.close();
      source?.close();
    },
  };
}
