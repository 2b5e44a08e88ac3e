import type { Generation, GenerationInput } from "@/lib/generation";
import type { Problem } from "@/lib/problems";
import type { ShareOptions } from "../api/shares";
import type { LogLine } from "../generation/progress";

/** A generation, and what only this tab knows of it. Its click identifies it from the start. */
export type Watched = {
  generation: Generation;
  log: readonly LogLine[];
  trouble?: Problem;
  isCancelling?: boolean;
  /** Whether the server has not confirmed yet that it has a record of it. */
  isLocal?: boolean;
};

/** What a tab knows of the first frame before the server has stored it. */
export type FirstFrame = Pick<Generation, "picture" | "thumbnail">;

/** Whether older generations can be loaded, are being loaded, or could not be loaded. */
export type More = "none" | "ready" | "loading" | "failed";

export type Library = {
  /** Everything that this tab knows, newest first. */
  watched: readonly Watched[];
  /** Of `watched`, what the library shows without a search: nothing is missing between two of them. */
  listed: readonly Watched[];
  more: More;
  /** What answered in the server's place when older generations could not be loaded. */
  gateway?: Problem;
  /** Absent while nothing is searched for. */
  found?: Found;
  /** What was removed last, as long as it can be brought back. */
  removed?: Removed;
};

/** What is searched for: words, and conditions as the server's `filter` takes them. Both may be empty. */
export type LibraryQuery = { q: string; filter: string };

export type Found = {
  query: LibraryQuery;
  items: readonly Watched[];
  more: More;
  gateway?: Problem;
};

/** What one press removed, and until when it can be brought back, by the clock of the server. */
export type Removed = {
  id: string;
  kind: "generations" | "links";
  clicks: readonly string[];
  until: number;
  /** It could not be brought back. */
  isUndoFailed?: boolean;
};

/** The generations of this browser, newest first, and what can be done with them. */
export type LibraryStore = {
  /** Calls `listener` at every change. The first call opens the library. Returns a function that ends this. */
  subscribe(listener: () => void): () => void;
  get(): Library;
  /** Submits once and watches the run to its end. Resolves with its click at once. */
  start(model: string, input: GenerationInput, picture?: FirstFrame): Promise<string>;
  /** Asks the upstream to stop. An event says whether it did. */
  stop(click: string): Promise<void>;
  /** Loads the next older ones, of what is found if something is searched for; after a failure, tries again. */
  loadMore(): Promise<void>;
  /** Searches the library; an empty query ends the search. */
  search(query: LibraryQuery): Promise<void>;
  /** Stars it, or changes its title. Shown at once, and taken back with an error when the server could not. */
  changeWords(click: string, words: OwnWords): Promise<void>;
  /** Reads one that no page has loaded yet. Returns its click; `undefined` if there is none. */
  open(id: string): Promise<string | undefined>;
  /** Makes its link, or changes the link's options: shown at once, and taken back with an error when the server could not. */
  publish(click: string, options: ShareOptions): Promise<void>;
  /** Hides them at once and has the server remove them. Throws when it could not, and then shows them again. */
  remove(clicks: readonly string[]): Promise<void>;
  /** Removes every run that made no video. */
  removeNotMade(): Promise<void>;
  /** Takes links back. `clicks` name their generations. Throws when the server could not. */
  takeBack(clicks: readonly string[]): Promise<void>;
  /** Brings back what was removed last. `removed` says so if that failed. */
  undo(): Promise<void>;
  /** Names the generation on the stage: its place, start and log are watched closely. */
  watch(click: string | undefined): void;
  close(): void;
};

/** What an owner says of a generation. An absent field stays as it is; an empty title removes the title. */
export type OwnWords = { title?: string; isStarred?: boolean };
