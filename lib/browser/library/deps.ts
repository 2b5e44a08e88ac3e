import type { LogLine } from "@/lib/browser/generation/progress";
import type { Generation, GenerationEvent, GenerationInput, Share } from "@/lib/generation";
import type { Problem } from "@/lib/problems";
import type { ShareOptions } from "../api/shares";
import type { PageState } from "../page/page-state";
import type { LibraryQuery, OwnWords } from "./library";
import type { PendingClick } from "./pending-clicks";

/** Everything outside the library that it uses. A test passes its own parts. */
export type LibraryDeps = {
  api: LibraryApi;
  fal: LibraryFal;
  /** Returns the time of the server's clock, in milliseconds. */
  now(): number;
  newClick(): string;
  clicks: PendingClicks;
  page: PageState;
  /** Resolves when the page has nothing more urgent to do. */
  untilIdle(): Promise<void>;
  problems: LineProblems;
  /** Reaches the other tabs of this browser. Called once, when the library opens. */
  openChannel(): TabChannel;
  locks?: TabLocks;
  /** Opens the stream of events after `lastId`. Throws if this server does not answer with a stream. */
  openStream(lastId: string | undefined, signal: AbortSignal): Promise<Response>;
};

export type LibraryPage = { items: Generation[]; nextCursor: string | null };

export type LibraryApi = {
  readPage(cursor?: string, query?: LibraryQuery): Promise<LibraryPage>;
  /** `undefined` when it was deleted. */
  readGeneration(id: string): Promise<Generation | undefined>;
  changeWords(id: string, words: OwnWords): Promise<Generation>;
  publishShare(id: string, options: ShareOptions): Promise<Share>;
  removeGenerations(ids: readonly string[]): Promise<Removal>;
  removeNotMade(): Promise<Removal>;
  removeShares(ids: readonly string[]): Promise<Removal>;
  /** Throws `not_found` when it is erased. */
  undoRemoval(id: string): Promise<void>;
};

/** What the server has removed; `ids` are generations. */
export type Removal = { id: string; ids: readonly string[]; undoSeconds: number };

export type LibraryFal = {
  submit(
    model: string,
    input: GenerationInput,
    options: {
      key: string;
      /** Whether an earlier page may have sent it. */
      isRepeat: boolean;
      onTrouble: (trouble: Problem | undefined) => void;
      signal: AbortSignal;
    },
  ): Promise<{ event: GenerationEvent; id?: string } | undefined>;
  cancel(model: string, requestId: string): Promise<void>;
  watch(model: string, requestId: string, watcher: Watcher): Promise<void>;
};

export type Watcher = {
  onEvent: (event: GenerationEvent) => void;
  onLog: (log: LogLine[]) => void;
  /** Called if fal or this server can't be reached, and with `undefined` when it answers again. */
  onTrouble: (trouble: Problem | undefined) => void;
  signal: AbortSignal;
};

/** The clicks that the server has not confirmed yet. They survive a reload. */
export type PendingClicks = {
  persist(click: PendingClick): void;
  forget(click: string): void;
  read(now: number, maxAgeMs: number): PendingClick[];
};

export type LineProblems = {
  /** Says why a call got no answer from this server. */
  toProblem(error: unknown): Problem;
  /** Says what answered instead of the server; `undefined` if nothing did. */
  toGatewayProblem(error: unknown): Problem | undefined;
};

export type TabChannel = {
  post(message: unknown): void;
  listen(listener: (message: unknown) => void): void;
  close(): void;
};

export type TabLocks = Pick<LockManager, "request">;
