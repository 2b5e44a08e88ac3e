import "server-only";
import { EventEmitter } from "node:events";

/** Makes the watcher of this process check now, instead of at its next turn. */
export type DueSignal = {
  raise(): void;
  /** Calls `listener` at each signal, until the returned function is called. */
  listen(listener: () => void): () => void;
};

export function openDueSignal(): DueSignal {
  const signals = new EventEmitter();
  return {
    raise: () => void signals.emit("due"),
    listen(listener) {
      signals.on("due", listener);
      return () => void signals.off("due", listener);
    },
  };
}
