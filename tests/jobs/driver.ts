/** What a job may do with a browser: what a visitor does, and a look at the page. Each call ends by itself in time. */
export type Driver = {
  open: (url: string) => Promise<void>;
  /** Gives a file to the field of this name, as the file dialog would. */
  setFile: (field: string, path: string) => Promise<void>;
  /** Clicks, or taps, what the browser calls by this name. */
  click: (name: string) => Promise<void>;
  /** Replaces the text of the field of this name, key by key. */
  type: (field: string, text: string) => Promise<void>;
  press: (key: Key) => Promise<void>;
  /** Letters into what has focus. */
  write: (text: string) => Promise<void>;
  /** Ctrl V into what has focus. */
  paste: () => Promise<void>;
  /** Runs a function in the page; what goes in and comes out is JSON. */
  evaluate: Evaluate;
  /** The same in the first frame of the page, whatever its origin. */
  evaluateInFrame: Evaluate;
  screenshot: () => Promise<Buffer>;
  close: () => Promise<void>;
};

export type Key = "Tab" | "Enter" | "Escape" | "Home" | "End";

export type Evaluate = <Result, Argument = undefined>(
  read: (argument: Argument) => Result | Promise<Result>,
  argument?: Argument,
) => Promise<Result>;

export type BrowserKind = {
  name: string;
  /** Throws `Missing` when this machine can't have the browser. */
  launch: (say: (line: string) => void) => Promise<Driver>;
};

/** The browser can't be had here; the message says why in one sentence. */
export class Missing extends Error {
  override name = "Missing";
}

/** How long one call of a driver may take: for an element to appear, a page to load, a script to answer. */
export const CALL_WITHIN_MS = 30_000;

const LOOKS_EVERY_MS = 100;

/** Looks again and again until there is something to see, and returns it. A look that fails is one too early. */
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
      // A page that is being left answers nothing.
      failure = `: ${error instanceof Error ? error.message : error}`;
    }
    await pause(LOOKS_EVERY_MS);
  }
  throw new Error(`${what}: not within ${withinMs / 1000} s${failure}`);
}

/** Rejects when the work takes longer. */
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
