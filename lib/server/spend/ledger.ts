import "server-only";
import { type Kysely, sql } from "kysely";
import type { Spend } from "@/lib/generation";
import { AppError } from "@/lib/problems";
import type { LedgerTable, Schema } from "../database/schema";
import { type Budget, dayOf, OWNERS_PER_NETWORK } from "./budget";

/** The price of a run that is about to be sent. */
export type Charge = Pick<
  LedgerTable,
  "generation_id" | "owner" | "network" | "model" | "micros" | "payer" | "created_at"
>;

type Books = { kind: "sqlite" | "postgres"; query: Kysely<Schema>; budget: Budget };

/**
 * Reserves the price of a run before it is sent. Repeated calls reserve it once. Call it in a transaction that has already
 * written. Throws `over_budget`.
 */
export async function reserve(books: Books, charge: Charge): Promise<void> {
  const day = dayOf(charge.created_at);
  await requireRoom(books, { ...charge, day });
  await books.query
    .insertInto("ledger")
    .values({ ...charge, day, status: "reserved", settled_at: null })
    .onConflict((conflict) => conflict.column("generation_id").doNothing())
    .execute();
}

/** Adapts the reserved price to the state of the run. Throws `over_budget` if a released price is reserved again. */
export async function changeSpend(
  books: Books,
  generationId: string,
  status: Spend,
  now: number,
): Promise<void> {
  const { query } = books;
  if (status === "reserved") return reserveAgain(books, generationId, now);
  await query
    .updateTable("ledger")
    .set({ status, settled_at: now })
    .where("generation_id", "=", generationId)
    .execute();
}

async function reserveAgain(books: Books, generationId: string, now: number): Promise<void> {
  const row = await findCharge(books, generationId);
  if (!row) return;
  const day = dayOf(now);
  if (row.status === "released") await requireRoom(books, { ...row, day });
  await books.query
    .updateTable("ledger")
    .set({ status: "reserved", settled_at: null, day })
    .where("generation_id", "=", generationId)
    .execute();
}

/**
 * Makes a reserved price count against the day on which its run is sent. Call it in a transaction that has already written.
 * Throws `over_budget` if that day has no room.
 */
export async function moveToDayOf(now: number, books: Books, generationId: string): Promise<void> {
  const day = dayOf(now);
  const row = await findCharge(books, generationId);
  if (!row || row.day === day) return;
  await requireRoom(books, { ...row, day });
  await books.query
    .updateTable("ledger")
    .set({ day })
    .where("generation_id", "=", generationId)
    .execute();
}

function findCharge({ query }: Books, generationId: string) {
  return query
    .selectFrom("ledger")
    .selectAll()
    .where("generation_id", "=", generationId)
    .executeTakeFirst();
}

type SpendOf = { day: string; owner?: string; network?: string; except?: string };

/** Sums what counts against the day, in millionths of a dollar: everything that was not released. */
export async function sumOfDay(
  query: Kysely<Schema>,
  { day, owner, network, except = "" }: SpendOf,
): Promise<number> {
  const { sum } = await query
    .selectFrom("ledger")
    .select(({ fn }) => fn.sum<string | number | null>("micros").as("sum"))
    .where("day", "=", day)
    .where("payer", "=", "server")
    .where("status", "!=", "released")
    .where("generation_id", "!=", except)
    .$if(owner !== undefined, (rows) => rows.where("owner", "=", owner ?? ""))
    .$if(network !== undefined, (rows) => rows.where("network", "=", network ?? ""))
    .executeTakeFirstOrThrow();
  return Number(sum ?? 0);
}

type Wanted = Pick<LedgerTable, "generation_id" | "owner" | "network" | "day" | "micros" | "payer">;

async function requireRoom({ kind, query, budget }: Books, wanted: Wanted): Promise<void> {
  const { day, owner, network, micros, payer, generation_id: except } = wanted;
  if (payer !== "server" || micros === 0) return;
  const { perDay, perOwnerPerDay } = budget;
  if (perDay === undefined && perOwnerPerDay === undefined) return;
  // Reservations run one after the other, because each must see the one before. On SQLite the single writer is the lock.
  if (kind === "postgres") await sql`select pg_advisory_xact_lock(${BUDGET_LOCK})`.execute(query);
  if (perDay !== undefined && (await sumOfDay(query, { day, except })) + micros > perDay)
    throw new AppError("over_budget");
  if (perOwnerPerDay === undefined) return;
  if ((await sumOfDay(query, { day, owner, except })) + micros > perOwnerPerDay)
    throw new AppError("over_budget");
  // Opening the page without a cookie creates an owner, so many owners of one network count as one spender.
  const perNetwork = perOwnerPerDay * OWNERS_PER_NETWORK;
  if (network !== null && (await sumOfDay(query, { day, network, except })) + micros > perNetwork)
    throw new AppError("over_budget");
}

// This may be any number that no other lock of this app uses.
const BUDGET_LOCK = 1_469_022;
