/** All the time that a local fal knows of, so that a test can turn it by hand. */
export type Clock = {
  now(): Date;
  /** Calls back once, later; returns how to call it off. It keeps no process alive. */
  after(milliseconds: number, callback: () => void): () => void;
};

// A longer one would fire at once.
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => new Date(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, Math.min(milliseconds, MAX_TIMEOUT_MS)).unref();
    return () => clearTimeout(timer);
  },
};
