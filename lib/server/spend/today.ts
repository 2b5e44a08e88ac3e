import "server-only";
import type { SpendToday } from "@/lib/api/spend";
import type { Database } from "../database/database";
import { type Budget, dayOf, toUsd } from "./budget";
import { sumOfDay } from "./ledger";

/** Returns what an owner has spent today, and what is left until the first cap: the owner's or the server's. */
export async function readToday(
  { db, budget, now }: { db: Database; budget: Budget; now(): number },
  owner: string | undefined,
): Promise<SpendToday> {
  const day = dayOf(now());
  const own = owner === undefined ? 0 : await sumOfDay(db.query, { day, owner });
  const left = [
    budget.perOwnerPerDay === undefined ? undefined : budget.perOwnerPerDay - own,
    budget.perDay === undefined ? undefined : budget.perDay - (await sumOfDay(db.query, { day })),
  ].filter((micros) => micros !== undefined);
  return {
    day,
    usd: toUsd(own),
    ...(left.length > 0 && { leftUsd: toUsd(Math.max(0, Math.min(...left))) }),
  };
}
