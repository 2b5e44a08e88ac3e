import "server-only";
import { setTimeout as delay } from "node:timers/promises";

/** A place among those who read at the same time. */
export type Place = {
  /** Its reader asks for more, and then has it. */
  asked(): void;
  served(): void;
  leave(): void;
};

export type ReadPlaces = {
  /** Waits for a place. `giveUp` is called if another reader needs it. */
  take(giveUp: () => void, signal: AbortSignal): Promise<Place>;
};

type Holder = { giveUp: () => void; idleSince?: number };

const LOOKED_EVERY_MS = 500;

/**
 * Bounds how many read at the same time. If all places are taken, the reader that has asked for nothing for longest gives its
 * place up, so that connections that read nothing cannot keep everyone else from the files. A player that was paused reads
 * on from there with a request for a range.
 */
export function openReadPlaces({
  count,
  idleForMs,
}: {
  count: number;
  idleForMs: number;
}): ReadPlaces {
  const holders = new Set<Holder>();

  function findIdle(): Holder | undefined {
    let longest: Holder | undefined;
    for (const holder of holders) {
      const since = holder.idleSince ?? Number.POSITIVE_INFINITY;
      if (since < (longest?.idleSince ?? Number.POSITIVE_INFINITY)) longest = holder;
    }
    const isIdle =
      performance.now() - (longest?.idleSince ?? Number.POSITIVE_INFINITY) >= idleForMs;
    return isIdle ? longest : undefined;
  }

  return {
    async take(giveUp, signal) {
      while (holders.size >= count) {
        const idle = findIdle();
        if (!idle) await delay(LOOKED_EVERY_MS, undefined, { signal });
        else {
          holders.delete(idle);
          idle.giveUp();
        }
      }
      signal.throwIfAborted();
      const holder: Holder = { giveUp };
      holders.add(holder);
      return {
        asked: () => {
          holder.idleSince = undefined;
        },
        served: () => {
          holder.idleSince = performance.now();
        },
        leave: () => void holders.delete(holder),
      };
    },
  };
}
