import "server-only";
import type { Database } from "../../database/database";
import { retryWhileUnavailable } from "../../database/retry";
import type { Change } from "../../generations/records/changes";
import { getLog } from "../../log";
import { type LibraryEvent, readEvents } from "./event";
import type { Mailbox } from "./mailbox";

export type Reader = Pick<Mailbox, "put" | "putReload"> & {
  /** Called after one or more calls of `put` and `putReload`. */
  wake(): void;
};

/** Delivers every change to the clients that have the library open. */
export type LibraryEvents = {
  /** Gives `reader` every change from now on; returns a function that ends this. */
  join(owner: string, reader: Reader): () => void;
  tell(change: Change): void;
  /** Whether any client has a library open. */
  hasReaders(): boolean;
};

type OpenLibrary = {
  readers: Set<Reader>;
  changed: Set<string>;
  isReading: boolean;
  /** The version of each generation that the readers have got, by id. */
  told: Map<string, string>;
};

const MOST_CHANGED = 200;
const READ_AT_ONCE = 50;
const MOST_TOLD = 500;
const PATIENCE_MS = 5_000;

export function openLibraryEvents(db: Database): LibraryEvents {
  const libraries = new Map<string, OpenLibrary>();

  async function readChanges(owner: string, library: OpenLibrary): Promise<void> {
    library.isReading = true;
    while (library.changed.size > 0) {
      const ids = [...library.changed].slice(0, READ_AT_ONCE);
      for (const id of ids) library.changed.delete(id);
      try {
        const events = await retryWhileUnavailable(() => readEvents(db, owner, ids), PATIENCE_MS);
        deliver(
          library,
          events.filter((event) => isNew(library.told, event)),
        );
      } catch (error) {
        getLog().warn({ err: error }, "changes of a library could not be read");
        reload(library);
      }
    }
    library.isReading = false;
  }

  return {
    join(owner, reader) {
      const library = libraries.get(owner) ?? {
        ...{ readers: new Set(), changed: new Set<string>(), isReading: false, told: new Map() },
      };
      libraries.set(owner, library);
      library.readers.add(reader);
      return () => {
        library.readers.delete(reader);
        if (library.readers.size === 0 && libraries.get(owner) === library) libraries.delete(owner);
      };
    },
    tell({ owner, id }) {
      const library = libraries.get(owner);
      if (!library) return;
      library.changed.add(id);
      if (library.changed.size > MOST_CHANGED) {
        library.changed.clear();
        reload(library);
      }
      if (!library.isReading) void readChanges(owner, library);
    },
    hasReaders: () => libraries.size > 0,
  };
}

function deliver({ readers }: OpenLibrary, events: LibraryEvent[]): void {
  for (const reader of readers) {
    for (const event of events) reader.put(event);
    if (events.length > 0) reader.wake();
  }
}

function reload({ readers }: OpenLibrary): void {
  for (const reader of readers) {
    reader.putReload();
    reader.wake();
  }
}

/** A server receives its own changes twice: from itself and from Postgres. */
function isNew(told: OpenLibrary["told"], event: LibraryEvent): boolean {
  const version =
    event.type === "deleted"
      ? "deleted"
      : `${event.record.revision} ${event.record.picture !== undefined} ${event.at}`;
  if (told.get(event.id) === version) return false;
  told.delete(event.id);
  told.set(event.id, version);
  const [oldest] = told.keys();
  if (told.size > MOST_TOLD && oldest !== undefined) told.delete(oldest);
  return true;
}
