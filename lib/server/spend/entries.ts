import "server-only";
import type { GenerationInput } from "@/lib/generation";
import type { Database } from "../database/database";
import type { LedgerTable } from "../database/schema";
import { toUsd } from "./budget.ts";

/** One line of the ledger. */
export type Entry = Pick<LedgerTable, "day" | "model" | "payer" | "status"> & {
  id: string;
  usd: number;
  createdAt: number;
  /** What the library still has of it; absent once it is deleted. */
  run?: { prompt: string; title?: string; hasPicture: boolean; isAccepted: boolean };
};

type Page = { before?: { createdAt: number; id: string }; limit: number };

/** Lists an owner's ledger, newest first. */
export async function listEntries(
  { query }: Database,
  owner: string,
  { before, limit }: Page,
): Promise<Entry[]> {
  const rows = await query
    .selectFrom("ledger")
    .leftJoin("generations", "generations.id", "ledger.generation_id")
    .select([
      "ledger.generation_id",
      "ledger.day",
      "ledger.model",
      "ledger.payer",
      "ledger.status",
      "ledger.micros",
      "ledger.created_at",
      "generations.input",
      "generations.title",
      "generations.picture",
      "generations.request_id",
    ])
    .where("ledger.owner", "=", owner)
    .$if(before !== undefined, (rows) =>
      rows.where(({ eb, refTuple, tuple }) =>
        eb(
          refTuple("ledger.created_at", "ledger.generation_id"),
          "<",
          tuple(before?.createdAt ?? 0, before?.id ?? ""),
        ),
      ),
    )
    .orderBy("ledger.created_at", "desc")
    .orderBy("ledger.generation_id", "desc")
    .limit(limit)
    .execute();
  return rows.map(
    ({ generation_id, micros, created_at, input, title, picture, request_id, ...rest }) => ({
      ...rest,
      id: generation_id,
      usd: toUsd(micros),
      createdAt: created_at,
      ...(input !== null && {
        run: {
          prompt: (JSON.parse(input) as GenerationInput).prompt,
          ...(title !== null && { title }),
          hasPicture: picture !== null,
          isAccepted: request_id !== null,
        },
      }),
    }),
  );
}

const AT_ONCE = 500;

/** Reads an owner's whole ledger, a few hundred lines at a time. */
export async function* readAllEntries(db: Database, owner: string): AsyncGenerator<Entry> {
  let before: Page["before"];
  for (;;) {
    const entries = await listEntries(db, owner, { before, limit: AT_ONCE });
    yield* entries;
    const last = entries.at(-1);
    if (!last || entries.length < AT_ONCE) return;
    before = last;
  }
}

/** Sums what some days cost an owner, whoever paid, by the day: everything that was not released. */
export async function sumDays(
  { query }: Database,
  owner: string,
  days: readonly string[],
): Promise<Map<string, number>> {
  if (days.length === 0) return new Map();
  const rows = await query
    .selectFrom("ledger")
    .select(({ fn }) => ["day", fn.sum<string | number>("micros").as("sum")])
    .where("owner", "=", owner)
    .where("day", "in", days)
    .where("status", "!=", "released")
    .groupBy("day")
    .execute();
  return new Map(rows.map(({ day, sum }) => [day, toUsd(Number(sum))]));
}
