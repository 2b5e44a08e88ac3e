import "server-only";
import { EventEmitter } from "node:events";

/** Tells those who wait, in this process, that what is written down of a generation has changed. */
export type Changes = {
  announce(id: string): void;
  /** The next change from this call on, or that so much time has passed, or that `signal` gave up. */
  next(id: string, withinMs: number, signal: AbortSignal): Promise<void>;
};

export function openChanges(): Changes {
  const changes = new EventEmitter().setMaxListeners(0);
  return {
    announce: (id) => void changes.emit(id),
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
