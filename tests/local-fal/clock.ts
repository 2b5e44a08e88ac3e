import type { Clock } from "../../lib/local-fal/clock.ts";

type Timer = { at: number; callback: () => void };

/** A clock that only the test moves. */
export function makeClock(start = "2026-01-01T00:00:00.000Z") {
  let now = Date.parse(start);
  let timers: Timer[] = [];
  let wake = () => {};

  const clock: Clock = {
    now: () => new Date(now),
    after(milliseconds, callback) {
      const timer = { at: now + milliseconds, callback };
      timers.push(timer);
      wake();
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
  };

  return {
    ...clock,
    /** Lets time pass, and calls the due callbacks in order. */
    advance(milliseconds: number) {
      const end = now + milliseconds;
      for (;;) {
        const [next] = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (!next) break;
        timers = timers.filter((other) => other !== next);
        now = Math.max(now, next.at);
        next.callback();
      }
      now = end;
    },
    /** Waits until a timer is set for that long from now. */
    async untilDueIn(milliseconds: number) {
      while (!timers.some(({ at }) => at - now === milliseconds)) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
