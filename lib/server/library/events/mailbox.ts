import "server-only";
import type { LibraryEvent } from "./event";

/** What one client has yet to take; `reload` when there was so much that it was dropped. */
export type Mailbox = {
  put(event: LibraryEvent): void;
  /** The client is to read the library itself: nobody knows what it has missed. */
  putReload(): void;
  take(): LibraryEvent | "reload" | undefined;
};

const MOST_HELD = 100;

/** Keeps the last event of each generation alone: whoever reads slowly gets fewer events, and the right ones. */
export function openMailbox(): Mailbox {
  const held = new Map<string, LibraryEvent>();
  let isReload = false;
  const putReload = () => {
    held.clear();
    isReload = true;
  };
  return {
    put(event) {
      // What is read after the reload has it.
      if (isReload) return;
      const known = held.get(event.id);
      if (known && isNewer(known, event)) return;
      held.delete(event.id);
      held.set(event.id, event);
      if (held.size > MOST_HELD) putReload();
    },
    putReload,
    take() {
      if (isReload) {
        isReload = false;
        return "reload";
      }
      const [first] = held.values();
      if (first) held.delete(first.id);
      return first;
    },
  };
}

function isNewer(known: LibraryEvent, event: LibraryEvent): boolean {
  return known.type === "deleted" || (event.type !== "deleted" && known.at > event.at);
}
