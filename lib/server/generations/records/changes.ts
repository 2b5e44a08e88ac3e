import "server-only";
import { EventEmitter } from "node:events";

/** Which generation has changed, or is gone. */
export type Change = { owner: string; id: string };

/** Tells those who wait, in this process, that what is written down of a generation has changed. */
export type Changes = {
  announce(change: Change): void;
  /** Calls `listener` at every change from now on; returns how to stop. */
  subscribe(listener: (change: Change) => void): () => void;
  /** The next change from this call on, or that so much time has passed, or that `signal` gave up. */
  next(id: string, withinMs: number, signal: AbortSignal): Promise<void>;
};

export function openChanges(): Changes {
  const changes = new EventEmitter().setMaxListeners(0);
  const listeners = new Set<(change: Change) => void>();
  return {
    announce({ owner, id }) {
      changes.emit(id);
      for (const listener of listeners) listener({ owner, id });
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    next: (id, withinMs, signal) =>
      new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer);
          changes.off(id, done);
          signal.removeEventListener("abort", done);
          resolve();
        };
        const timer = setTimeout(done, withinMs);
        changes.on(id, done);
        signal.addEventListener("abort", done);
        if (signal.aborted) done();
      }),
  };
}
