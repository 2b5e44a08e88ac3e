export function waitAfter(attempt: number): number {
  return Math.min(1000 * 2 ** attempt, 15_000);
}

/** Waits, and stops waiting early if the signal aborts or the browser is online again. */
export function untilWorthATry(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    addEventListener("online", done);
    signal.addEventListener("abort", done);
  });
}
