import "server-only";
import type { GenerationState } from "@/lib/generation";
import type { UsualDuration } from "@/lib/models/offer";
import type { Database } from "../../database/database";

export type Usual = {
  /** `undefined` while too few runs have finished to tell. At most a minute old. */
  of(model: string): Promise<UsualDuration | undefined>;
};

const LOOKED_AT = 100;
const ENOUGH = 5;
const FRESH_MS = 60_000;

export function openUsual(db: Database, now: () => number): Usual {
  const known = new Map<string, { at: number; usual: Promise<UsualDuration | undefined> }>();
  return {
    of(model) {
      const last = known.get(model);
      if (last && Math.abs(now() - last.at) < FRESH_MS) return last.usual;
      const usual = measure(db, model);
      known.set(model, { at: now(), usual });
      usual.catch(() => known.delete(model));
      return usual;
    },
  };
}

async function measure({ query }: Database, model: string): Promise<UsualDuration | undefined> {
  const rows = await query
    .selectFrom("generations")
    .select(["created_at", "state"])
    .where("model", "=", model)
    .orderBy("created_at", "desc")
    .limit(LOOKED_AT)
    .execute();
  const seconds = rows
    .map(({ created_at, state }) => secondsTaken(created_at, JSON.parse(state) as GenerationState))
    .filter((taken) => taken !== undefined)
    .toSorted((a, b) => a - b);
  if (seconds.length < ENOUGH) return undefined;
  return { medianSeconds: quantile(seconds, 0.5), slowSeconds: quantile(seconds, 0.9) };
}

function secondsTaken(createdAt: number, state: GenerationState): number | undefined {
  return state.status === "done" ? (Date.parse(state.settledAt) - createdAt) / 1000 : undefined;
}

function quantile(sorted: readonly number[], share: number): number {
  return Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? 0);
}
