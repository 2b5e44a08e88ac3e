import type { LibraryDeps } from "./deps";
import type { Found, LibraryQuery, Watched } from "./library";
import { byTime } from "./merge";
import type { Shelf } from "./shelf";

/** Searches on the server, and keeps what is found up to date. */
export function openSearch({ api, problems }: LibraryDeps, shelf: Shelf, adopt: Shelf["adopt"]) {
  let nextCursor: string | null | undefined;
  /** Counts the searches, so that a late answer to an earlier one is dropped. */
  let turn = 0;

  const show = (change: Partial<Found>) => {
    const { found } = shelf.get();
    if (found) shelf.publish({ found: { ...found, ...change } });
  };

  async function load(cursor: string | undefined, own: number): Promise<void> {
    const { found } = shelf.get();
    if (!found) return;
    try {
      const page = await api.readPage(cursor, found.query);
      if (own !== turn) return;
      nextCursor = page.nextCursor;
      const clicks = adopt(page.items).map(({ click }) => click);
      const before = cursor === undefined ? [] : (shelf.get().found?.items ?? []);
      show({
        items: [...before, ...lookUp(shelf, clicks)],
        more: nextCursor === null ? "none" : "ready",
      });
    } catch (error) {
      if (own === turn) show({ more: "failed", gateway: problems.toGatewayProblem(error) });
    }
  }

  return {
    async set({ q, filter }: LibraryQuery): Promise<void> {
      const own = ++turn;
      nextCursor = undefined;
      const query = { q: q.trim(), filter };
      if (query.q === "" && filter === "") {
        shelf.publish({ found: undefined });
        return;
      }
      // What was found before stays in sight until the answer is there.
      const items = shelf.get().found?.items ?? [];
      shelf.publish({ found: { query, items, more: "loading" } });
      await load(undefined, own);
    },
    async loadMore(): Promise<void> {
      if (nextCursor === null) return;
      show({ more: "loading", gateway: undefined });
      await load(nextCursor, turn);
    },
    /** Adds what is new on the first page; what no longer fits stays until the next search. */
    async refresh(): Promise<void> {
      const own = turn;
      const { found } = shelf.get();
      if (!found || found.more === "loading") return;
      try {
        const page = await api.readPage(undefined, found.query);
        if (own !== turn) return;
        const first = lookUp(
          shelf,
          adopt(page.items).map(({ click }) => click),
        );
        const known = new Set(first.map(({ generation }) => generation.click));
        const rest = (shelf.get().found?.items ?? []).filter(
          ({ generation }) => !known.has(generation.click),
        );
        show({ items: [...first, ...rest].toSorted(byTime) });
      } catch {
        // What is shown stays; the next event brings the rest.
      }
    },
  };
}

function lookUp(shelf: Shelf, clicks: readonly string[]): Watched[] {
  return clicks.flatMap((click) => shelf.find(click) ?? []);
}
