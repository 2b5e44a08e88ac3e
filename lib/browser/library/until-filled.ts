import type { Shelf } from "./shelf";

/** Resolves when the library has a generation, because a visitor who has made nothing needs no connection. */
export function untilFilled(shelf: Shelf, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      const { watched, more } = shelf.get();
      const isEmpty = watched.every(({ isLocal }) => isLocal) && more !== "failed";
      if (isEmpty && !signal.aborted) return;
      leave();
      signal.removeEventListener("abort", check);
      resolve();
    };
    const leave = shelf.subscribe(check);
    signal.addEventListener("abort", check);
    check();
  });
}
