import type { Shelf } from "./shelf";

/** Resolves when there is something to hear of: a visitor who has made nothing holds no connection. */
export function untilFilled(shelf: Shelf, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      const { watched, more } = shelf.get();
      const isEmpty = watched.every(({ isLocal }) => isLocal) && more !== "failed";
      if (isEmpty && !signal.aborted) return;
      leave();
      signal.removeEventListener("abort", look);
      resolve();
    };
    const leave = shelf.subscribe(look);
    signal.addEventListener("abort", look);
    look();
  });
}
