import { advance, type Generation, type GenerationEvent } from "@/lib/generation";
import type { Library, Watched } from "./library";
import { mergeInto } from "./merge";

const MOST_REMOVED = 500;

/** The state of the library in this tab, with the only functions that change it. */
export type Shelf = ReturnType<typeof openShelf>;

export function openShelf(now: () => number) {
  let library: Library = { watched: [], more: "loading" };
  const listeners = new Set<() => void>();
  // An event of a deleted generation may still arrive.
  const removed = new Set<string>();

  const publish = (change: Partial<Library>) => {
    library = { ...library, ...change };
    for (const listener of listeners) listener();
  };
  const find = (click: string) =>
    library.watched.find(({ generation }) => generation.click === click);
  const patch = (click: string, change: Partial<Watched>) => {
    if (!find(click)) return;
    publish({
      watched: library.watched.map((one) =>
        one.generation.click === click ? { ...one, ...change } : one,
      ),
    });
  };
  const change = (
    click: string,
    by: (generation: Generation) => Generation,
    more: Partial<Watched> = {},
  ) => {
    const one = find(click);
    if (one) patch(click, { generation: by(one.generation), ...more });
  };

  return {
    get: () => library,
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    publish,
    find,
    patch,
    change,
    add: (watched: readonly Watched[]) => publish({ watched: [...watched, ...library.watched] }),
    /** Merges what the server has recorded, except for generations that were deleted. Returns what was merged. */
    adopt(generations: readonly Generation[]): readonly Generation[] {
      const present = generations.filter(({ click }) => !removed.has(click));
      publish({ watched: mergeInto(library.watched, present) });
      return present;
    },
    /** Applies an event that the upstream or a submit reports. */
    report(click: string, event: GenerationEvent) {
      change(click, (generation) => {
        const state = advance(generation, event, new Date(now()));
        if (state === generation) return generation;
        const { id, model, input, picture, poster, thumbnail, cost, createdAt } = generation;
        return { id, click, model, input, picture, poster, thumbnail, cost, createdAt, ...state };
      });
    },
    drop: (click: string) =>
      publish({ watched: library.watched.filter(({ generation }) => generation.click !== click) }),
    /** Later events of it are ignored. */
    bury(click: string) {
      removed.add(click);
      const [oldest] = removed;
      if (removed.size > MOST_REMOVED && oldest !== undefined) removed.delete(oldest);
    },
    leave: () => listeners.clear(),
  };
}
