import "server-only";
import { oncePerProcess } from "./once-per-process.ts";

/** What this process knows of itself. `running` unless the start or the end is under way. */
export type VitalSigns = {
  phase: "starting" | "running" | "closing";
  /** When the watcher last read what is due, by `performance.now()`; `undefined` if it does not run here. */
  watcherTurnedAt?: number;
};

export const vitalSigns = oncePerProcess<VitalSigns>("vital-signs", () => ({ phase: "running" }));
