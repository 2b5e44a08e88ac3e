import { advance, type Generation, type GenerationEvent } from "@/lib/generation";
import type { Library, Watched } from "./library";
import { mergeInto } from "./merge";

/** More than are selected at once, or late events would bring back the first of them. */
const MOST_BURIED = 20_000;

/** The state of the library in this tab, with the only functions that change it. */
export type Shelf = ReturnType<typeof openShelf>;

export function openShelf(now: () => number) {
  let library: Library = { watched: [], listed: [], more: "loading" };
  /** The last generation of the last page that was loaded. Older ones are known by a search only. */
  let end: Generation | undefined;
  const listeners = new Set<() => void>();
  // An event of a deleted generation may still arrive.
  const removed = new Map<string, "here" | "on the server">();

  const publish = (change: Partial<Library>) => {
    library = { ...library, ...change };
    if (change.watched) library = { ...library, ...select(library) };
    for (const listener of listeners) listener();
  };
  const select = ({ watched, found }: Library): Pick<Library, "listed" | "found"> => ({
    listed: end
      ? watched.filter(
          ({ isLocal, generation }) => isLocal || isListedBefore(generation, end as Generation),
        )
      : watched,
    found: found && {
      ...found,
      items: found.items.flatMap(({ generation: { click } }) => findIn(watched, click)),
    },
  });
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
    /** Names the last generation of the last page; `undefined` once all pages are loaded. */
    endAt(last: Generation | undefined) {
      end = last;
      publish({ watched: library.watched });
    },
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
        const { title, isStarred } = generation;
        return {
          ...{ id, click, model, input, picture, poster, thumbnail, cost, createdAt },
          ...{ title, isStarred, ...state },
        };
      });
    },
    drop: (click: string) =>
      publish({ watched: library.watched.filter(({ generation }) => generation.click !== click) }),
    /** Ignores later events of it. What the server has deleted comes back if the server has restored it. */
    bury(click: string, where: "here" | "on the server") {
      removed.set(click, where);
      const [oldest] = removed.keys();
      if (removed.size > MOST_BURIED && oldest !== undefined) removed.delete(oldest);
    },
    /** Whether the server has told that it deleted it. */
    isDeleted: (click: string) => removed.get(click) === "on the server",
    /** Applies events of it again. */
    unbury: (click: string) => void removed.delete(click),
    /** Call it for what the server tells of a generation after it has told of its deletion. */
    restore(click: string) {
      if (this.isDeleted(click)) removed.delete(click);
    },
    leave: () => listeners.clear(),
  };
}

function findIn(watched: readonly Watched[], click: string): Watched[] {
  const one = watched.find(({ generation }) => generation.click === click);
  return one ? [one] : [];
}

function isListedBefore({ createdAt, id }: Generation, end: Generation): boolean {
  return createdAt > end.createdAt || (createdAt === end.createdAt && id >= end.id);
}
