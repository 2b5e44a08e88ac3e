import "server-only";
import type { LibraryEvent } from "./event";

/** The events that one client has not received yet; `reload` if there were so many that they were dropped. */
export type Mailbox = {
  put(event: LibraryEvent): void;
  /** Tells the client to read the library again, because nobody knows what it has missed. */
  putReload(): void;
  /** Removes and returns the next event. */
  next(): LibraryEvent | "reload" | undefined;
};

const MOST_WAITING = 100;

/** Keeps only the last event of each generation, so a client that reads slowly gets fewer but current events. */
export function openMailbox(): Mailbox {
  const waiting = new Map<string, LibraryEvent>();
  let isReload = false;
  const putReload = () => {
    waiting.clear();
    isReload = true;
  };
  return {
    put(event) {
      // The client sees this change when it reads the library after the reload.
      if (isReload) return;
      const known = waiting.get(event.id);
      if (known && isNewer(known, event)) return;
      waiting.delete(event.id);
      waiting.set(event.id, event);
      if (waiting.size > MOST_WAITING) putReload();
    },
    putReload,
    next() {
      if (isReload) {
        isReload = false;
        return "reload";
      }
      const [first] = waiting.values();
      if (first) waiting.delete(first.id);
      return first;
    },
  };
}

function isNewer(known: LibraryEvent, event: LibraryEvent): boolean {
  return known.type === "deleted" || (event.type !== "deleted" && known.at > event.at);
}
