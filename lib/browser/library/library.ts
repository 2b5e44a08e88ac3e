import type { Generation, GenerationInput } from "@/lib/generation";
import type { Problem } from "@/lib/problems";
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

/** `more`: whether older generations can be loaded, are being loaded, or could not be loaded. */
export type Library = {
  watched: readonly Watched[];
  more: "none" | "ready" | "loading" | "failed";
  /** What answered instead of the server when older generations could not be loaded. */
  gateway?: Problem;
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
  /** Deletes it for good. Throws if the server could not. */
  remove(click: string): Promise<void>;
  /** Loads the next older generations, or tries again after a failure. */
  loadMore(): Promise<void>;
  /** Names the generation on the stage, so that its place, start and log are watched closely. */
  watch(click: string | undefined): void;
  close(): void;
};
