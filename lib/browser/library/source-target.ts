import type { LibraryEvent } from "./event";
import type { Shelf } from "./shelf";

/** What a source of events knows and does. */
export type SourceTarget = {
  shelf: Shelf;
  lastId(): string | undefined;
  onId(id: string): void;
  /** Called when the source shows that it is alive, also without an event. */
  onAlive(): void;
  deliver(event: LibraryEvent): void;
};
