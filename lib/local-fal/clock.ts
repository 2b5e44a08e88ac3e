/** The only source of time in a local fal, so that a test can control it. */
export type Clock = {
  now(): Date;
  /** Calls back once, later. Returns a function that cancels it. The timer does not keep the process alive. */
  after(milliseconds: number, callback: () => void): () => void;
};

// Node fires a longer timer at once.
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => new Date(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, Math.min(milliseconds, MAX_TIMEOUT_MS)).unref();
    return () => clearTimeout(timer);
  },
};
