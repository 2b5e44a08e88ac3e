import type { PageState } from "../page/page-state";

/** Waits, and stops waiting early if the signal aborts or the page is shown, thawed or online again. */
export function pause(ms: number, signal: AbortSignal, page: PageState): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      leave();
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    const leave = page.onChange((change) => {
      if (change !== "hidden") done();
    });
    signal.addEventListener("abort", done);
  });
}

/** Doubles from `firstMs` to `mostMs`, minus a random part up to a half, so that many tabs do not return at once. */
export function backOff(attempt: number, firstMs: number, mostMs: number): number {
  return Math.min(firstMs * 2 ** attempt, mostMs) * (0.5 + Math.random() / 2);
}
