import type { LogLine } from "@/lib/browser/generation/progress";
import type { Generation, GenerationEvent, GenerationInput } from "@/lib/generation";
import type { Problem } from "@/lib/problems";
import type { PageState } from "../page/page-state";
import type { PendingClick } from "./pending-clicks";

/** Everything outside the library that it uses: a test passes its own. */
export type LibraryDeps = {
  api: LibraryApi;
  fal: LibraryFal;
  /** Now, in milliseconds, by the clock of the server. */
  now(): number;
  newClick(): string;
  clicks: PendingClicks;
  page: PageState;
  /** Resolves when the page has nothing more urgent to do than to open the library. */
  untilIdle(): Promise<void>;
  problems: LineProblems;
  /** Reaches the other tabs of this browser. Called once, when the library opens. */
  openChannel(): TabChannel;
  locks?: TabLocks;
  /** Opens the stream of events, from the event after `lastId` on. Throws when this server does not answer as it should. */
  openStream(lastId: string | undefined, signal: AbortSignal): Promise<Response>;
};

export type LibraryPage = { items: Generation[]; nextCursor: string | null };

export type LibraryApi = {
  readPage(cursor?: string): Promise<LibraryPage>;
  /** `undefined` when it was deleted. */
  readGeneration(id: string): Promise<Generation | undefined>;
  deleteGeneration(id: string): Promise<void>;
};

export type LibraryFal = {
  submit(
    model: string,
    input: GenerationInput,
    options: {
      key: string;
      /** An earlier page may have sent it. */
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
  /** Called when fal or this server can't be reached, and with `undefined` when it answers again. */
  onTrouble: (trouble: Problem | undefined) => void;
  signal: AbortSignal;
};

/** The clicks that the server has not confirmed yet, kept over a reload. */
export type PendingClicks = {
  keep(click: PendingClick): void;
  forget(click: string): void;
  read(now: number, maxAgeMs: number): PendingClick[];
};

export type LineProblems = {
  /** Why a call got no answer of this server's. */
  toProblem(error: unknown): Problem;
  /** What answered in the server's place, if anything did. */
  toGatewayProblem(error: unknown): Problem | undefined;
};

export type TabChannel = {
  post(message: unknown): void;
  listen(listener: (message: unknown) => void): void;
  close(): void;
};

export type TabLocks = Pick<LockManager, "request">;
