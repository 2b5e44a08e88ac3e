import "server-only";
import { AppError } from "@/lib/problems";

/** Counts wrong passwords, each for a while. In memory: guessing takes longer than a restart gives back. */
export type Attempts = {
  /** Throws `too_many_attempts` when there were as many as are allowed. */
  require(key: string, now: number): void;
  fail(key: string, now: number): void;
};

export function countAttempts({ most, keptMs }: { most: number; keptMs: number }): Attempts {
  const wrong = new Map<string, { count: number; until: number }>();
  const countOf = (key: string, now: number) => {
    const entry = wrong.get(key);
    return entry && entry.until > now ? entry.count : 0;
  };
  return {
    require(key, now) {
      if (countOf(key, now) >= most) throw new AppError("too_many_attempts");
    },
    fail(key, now) {
      for (const [other, { until }] of wrong) if (until <= now) wrong.delete(other);
      wrong.set(key, { count: countOf(key, now) + 1, until: now + keptMs });
    },
  };
}
