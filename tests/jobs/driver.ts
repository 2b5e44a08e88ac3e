/** What a job can do with a browser: the actions of a visitor, and reading the page. Each call has a deadline. */
export type Driver = {
  open: (url: string) => Promise<void>;
  /** Gives a file to the field with this name, as the file dialog would. */
  setFile: (field: string, path: string) => Promise<void>;
  /** Clicks, or taps, the element with this accessible name. */
  click: (name: string) => Promise<void>;
  /** Replaces the text of the field with this name, key by key. */
  type: (field: string, text: string) => Promise<void>;
  press: (key: Key) => Promise<void>;
  /** Types letters into the focused element. */
  write: (text: string) => Promise<void>;
  /** Presses Ctrl V in the focused element. */
  paste: () => Promise<void>;
  /** Runs a function in the page. Its argument and its result are JSON. */
  evaluate: Evaluate;
  /** The same in the first frame of the page, whatever its origin. */
  evaluateInFrame: Evaluate;
  screenshot: () => Promise<Buffer>;
  close: () => Promise<void>;
};

export type Key = "Tab" | "Shift+Tab" | "Enter" | "Escape" | "Home" | "End";

export type Evaluate = <Result, Argument = undefined>(
  read: (argument: Argument) => Result | Promise<Result>,
  argument?: Argument,
) => Promise<Result>;

export type BrowserKind = {
  name: string;
  /** Throws `Missing` if this machine cannot have the browser. */
  launch: (say: (line: string) => void) => Promise<Driver>;
};

/** The browser is not available here. The message gives the reason in one sentence. */
export class Missing extends Error {
  override name = "Missing";
}

/** The deadline of one call: for an element to appear, a page to load, a script to answer. */
export const CALL_WITHIN_MS = 30_000;

const LOOKS_EVERY_MS = 100;

/** Reads repeatedly until there is a result, and returns it. A read that fails counts as too early. */
export async function until<Seen>(
  what: string,
  look: () => Promise<Seen | undefined | false | null | "">,
  withinMs = CALL_WITHIN_MS,
): Promise<Seen> {
  const deadline = Date.now() + withinMs;
  let failure = "";
  while (Date.now() < deadline) {
    try {
      const seen = await look();
      if (seen) return seen;
      failure = "";
    } catch (error) {
      // A page that is closing answers nothing.
      failure = `: ${error instanceof Error ? error.message : error}`;
    }
    await pause(LOOKS_EVERY_MS);
  }
  throw new Error(`${what}: not within ${withinMs / 1000} s${failure}`);
}

/** Rejects if the work takes longer. */
export async function within<Result>(
  withinMs: number,
  what: string,
  work: Promise<Result>,
): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error(`${what}: not within ${withinMs / 1000} s`)),
    withinMs,
  );
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
