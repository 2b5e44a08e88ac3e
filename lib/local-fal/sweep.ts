import type { Clock } from "./clock.ts";

const SWEEP_EVERY_MS = 10 * 60_000;

/**
 * Removes from disk what no caller can read any more, at the start and at intervals. Returns a function that stops it.
 */
export function startSweep(
  clock: Clock,
  removeStale: () => Promise<void>,
  reportError: (message: string, error: unknown) => void,
) {
  let isStopped = false;
  let callOff = () => {};
  let underWay = sweep();

  return async () => {
    isStopped = true;
    callOff();
    await underWay;
  };

  async function sweep() {
    await removeStale().catch((error) => {
      reportError("The local fal couldn't clear its disk", error);
    });
    if (isStopped) return;
    callOff = clock.after(SWEEP_EVERY_MS, () => {
      underWay = sweep();
    });
  }
}
