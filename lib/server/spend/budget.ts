import "server-only";

/**
 * Hard caps, in millionths of a dollar; absent where there is none. A day is one of UTC. `waitingPerOwner`: how many
 * runs that cost nothing may be in line.
 */
export type Budget = { perDay?: number; perOwnerPerDay?: number; waitingPerOwner?: number };

/** Behind one network there may be a family, or an office: together they have the caps of so many owners. */
export const OWNERS_PER_NETWORK = 3;

/** All together have the places in line and the uploads of so many owners, because networks cannot always be told apart. */
export const OWNERS_TOGETHER = 25;

export function toMicros(usd: number): number {
  return Math.round(usd * 1e6);
}

export function toUsd(micros: number): number {
  return micros / 1e6;
}

/** `2026-03-01`. */
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
