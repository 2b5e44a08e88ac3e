import "server-only";
import type { LibraryEvent } from "./event";

/** The events that one client has not received yet; `reload` if there were so many that they were dropped. */
export type Mailbox = {
  put(event: LibraryEvent): void;
  /** Tells the client to read the library again, because nobody knows what it has missed. */
  putReload(): void;
  take(): LibraryEvent | "reload" | undefined;
};

const MOST_HELD = 100;

/** Keeps only the last event of each generation, so a client that reads slowly gets fewer but current events. */
export function openMailbox(): Mailbox {
  const held = new Map<string, LibraryEvent>();
  let isReload = false;
  const putReload = () => {
    held.clear();
    isReload = true;
  };
  return {
    put(event) {
      // The client sees this change when it reads the library after the reload.
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
