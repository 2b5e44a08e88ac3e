import type { LibraryEvent } from "./event";
import type { Shelf } from "./shelf";

/** What a source of events knows and does. */
export type SourceTarget = {
  shelf: Shelf;
  lastId(): string | undefined;
  onId(id: string): void;
  /** The source is at work, whether or not anything has happened. */
  onAlive(): void;
  deliver(event: LibraryEvent): void;
};
