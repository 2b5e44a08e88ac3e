import "server-only";

/** Hard caps, in millionths of a dollar; absent where there is none. A day is one of UTC. */
export type Budget = { perDay?: number; perOwnerPerDay?: number };

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

type Caps = { BUDGET_USD_PER_DAY?: number; BUDGET_USD_PER_OWNER_PER_DAY?: number };

export function readBudget({ BUDGET_USD_PER_DAY, BUDGET_USD_PER_OWNER_PER_DAY }: Caps): Budget {
  const cap = (usd: number | undefined) => (usd === undefined ? undefined : toMicros(usd));
  return { perDay: cap(BUDGET_USD_PER_DAY), perOwnerPerDay: cap(BUDGET_USD_PER_OWNER_PER_DAY) };
}
