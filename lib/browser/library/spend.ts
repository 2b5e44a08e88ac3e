import type { SpendToday } from "@/lib/api/spend";
import { spendOf } from "@/lib/generation";
import type { PageState } from "../page/page-state";
import type { LibraryStore, Watched } from "./library";

export type SpendDeps = {
  library: Pick<LibraryStore, "get" | "subscribe">;
  page: PageState;
  readSpend(): Promise<SpendToday>;
  /** Returns the time of the server's clock, in milliseconds. */
  now(): number;
};

/** Several runs often change at once. */
const COALESCED_MS = 300;
/** The server may record a run this long after the time that it writes on it, and its clock is known roughly. */
const RECORDED_WITHIN_MS = 5_000;

/**
 * Reads what the owner's runs have cost today: at once, and again after a change of the library that changes the costs. A
 * hidden page waits until it is shown. Returns a function that ends this.
 */
export function watchSpend(
  { library, page, readSpend, now }: SpendDeps,
  onSpend: (spend: SpendToday) => void,
): () => void {
  let isStale = true;
  let isReading = false;
  let hasLeft = false;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let day: string | undefined;
  let askedAt = now();

  const read = async () => {
    if (!isStale || isReading || hasLeft || !page.isVisible()) return;
    isStale = false;
    isReading = true;
    askedAt = now();
    try {
      const spend = await readSpend();
      day = spend.day;
      if (!hasLeft) onSpend(spend);
    } catch {
      // The last figure stays. The server itself enforces the budget.
    }
    isReading = false;
    readSoon();
  };
  const readSoon = () => {
    clearTimeout(waiting);
    if (isStale) waiting = setTimeout(read, COALESCED_MS);
  };

  const costs = openCosts(library.get().watched);
  const leaveLibrary = library.subscribe(() => {
    const { watched, more } = library.get();
    // What is loaded after the answer may have been recorded after it as well.
    const counted = more === "loading" ? new Date(askedAt - RECORDED_WITHIN_MS).toISOString() : "";
    if (!costs.update(watched, counted)) return;
    isStale = true;
    readSoon();
  });
  const leavePage = page.onChange((change) => {
    if (change !== "shown") return;
    isStale ||= day !== undefined && day !== new Date(now()).toISOString().slice(0, day.length);
    readSoon();
  });
  void read();
  return () => {
    hasLeft = true;
    clearTimeout(waiting);
    leaveLibrary();
    leavePage();
  };
}

/** Tells whether a change of the library changes what the owner has spent. */
function openCosts(watched: readonly Watched[]) {
  let known = new Map(watched.map(toCost));
  let newest = newestOf(watched);
  return {
    /** Unknown generations from before `counted` are older ones of the library, which cost nothing now. */
    update(watched: readonly Watched[], counted: string): boolean {
      const costs = new Map(watched.map(toCost));
      const isChanged = watched.some((one) => {
        const [click, cost] = toCost(one);
        const { createdAt } = one.generation;
        const isNew = createdAt > newest && createdAt > counted;
        return known.has(click) ? known.get(click) !== cost : isNew && cost !== NOT_RECORDED;
      });
      known = costs;
      newest = newestOf(watched);
      return isChanged;
    },
  };
}

/** The server reserves the price of a click when it records it. */
const NOT_RECORDED = "not recorded";

function toCost({ generation, isLocal }: Watched): [click: string, cost: string] {
  return [generation.click, isLocal ? NOT_RECORDED : spendOf(generation)];
}

function newestOf([newest]: readonly Watched[]): string {
  return newest?.generation.createdAt ?? "";
}
