import "server-only";

/**
 * Hard caps for a day in UTC, in millionths of a dollar; absent if there is no cap. `waitingPerOwner` is how many runs
 * without a price may be in line.
 */
export type Budget = { perDay?: number; perOwnerPerDay?: number; waitingPerOwner?: number };

/** A family or an office may use one network, so a network has the caps of this many owners. */
export const OWNERS_PER_NETWORK = 3;

/** All owners together have the places in line and the uploads of this many, because networks are not always known. */
export const OWNERS_TOGETHER = 25;

export function toMicros(usd: number): number {
  return Math.round(usd * 1e6);
}

export function toUsd(micros: number): number {
  return micros / 1e6;
}

/** Returns the day in UTC, such as `2026-03-01`. */
export function dayOf(now: number): string {
  return new Date(now).toISOString().slice(0, "2026-03-01".length);
}

type Caps = {
  BUDGET_USD_PER_DAY?: number;
  BUDGET_USD_PER_OWNER_PER_DAY?: number;
  WAITING_PER_OWNER: number;
};

export function readBudget(caps: Caps): Budget {
  const cap = (usd: number | undefined) => (usd === undefined ? undefined : toMicros(usd));
  return {
    perDay: cap(caps.BUDGET_USD_PER_DAY),
    perOwnerPerDay: cap(caps.BUDGET_USD_PER_OWNER_PER_DAY),
    waitingPerOwner: caps.WAITING_PER_OWNER,
  };
}
