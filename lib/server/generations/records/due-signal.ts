import "server-only";
import { EventEmitter } from "node:events";
import type { Lane } from "./record";

/** Tells the watcher of this process when there is something to check, so that it need not look in the database. */
export type DueSignal = {
  /** A generation in this lane is due from then on, in milliseconds since 1970. */
  raise(lane: Lane, at: number): void;
  /** Calls `listener` at each signal, until the returned function is called. */
  listen(listener: (lane: Lane, at: number) => void): () => void;
};

export function openDueSignal(): DueSignal {
  const signals = new EventEmitter();
  return {
    raise: (lane, at) => void signals.emit("due", lane, at),
    listen(listener) {
      signals.on("due", listener);
      return () => void signals.off("due", listener);
    },
  };
}
