import "server-only";
import { type Expression, type SqlBool, sql } from "kysely";
import type { Database } from "./database/database";
import { getMeters } from "./metrics/meters";
import { type Budget, dayOf, toUsd } from "./spend/budget";

export type FigureServices = {
  db: Database;
  budget: Budget;
  libraryPlaces: { count(): number };
  statusPlaces: { count(): number };
  runStreams: { count(): number };
  now(): number;
};

const LANES = ["poll", "download"] as const;
const STATES = ["booked", "reserved", "uncertain"] as const;

/** Sets the gauges that come from the database. Reads only indexes of unfinished runs and of today's ledger. */
export async function readFigures({ db, budget, now }: FigureServices): Promise<void> {
  await setRuns(db, now());
  await setSpend(db, budget, now());
}

/** Sets the gauges of this process. */
export function readOwnFigures(services: FigureServices): void {
  const { streams, pool } = getMeters();
  streams.set({ kind: "library" }, services.libraryPlaces.count());
  streams.set({ kind: "status" }, services.statusPlaces.count());
  streams.set({ kind: "upstream" }, services.runStreams.count());
  const connections = services.db.countConnections?.();
  for (const [state, count] of Object.entries(connections ?? {})) pool.set({ state }, count);
}

async function setRuns({ kind, query }: Database, now: number): Promise<void> {
  const status =
    kind === "sqlite"
      ? sql<string>`json_extract(state, '$.status')`
      : sql<string>`state::json->>'status'`;
  const isHeld = sql<SqlBool>`lease_until is not null and lease_until > ${now}`;
  const isDue = sql<SqlBool>`check_at <= ${now} and not (${isHeld})`;
  const rows = await query
    .selectFrom("generations")
    .select(({ fn }) => [
      "model",
      "lane",
      status.as("state"),
      fn.countAll<number | string>().as("count"),
      countIf(isHeld).as("busy"),
      countIf(isDue).as("due"),
      sql<number | string | null>`min(case when ${isDue} then check_at end)`.as("oldestDue"),
      fn.min("changed_at").as("oldestChange"),
    ])
    .where("check_at", "is not", null)
    .groupBy(["model", "lane", status])
    .execute();

  const meters = getMeters();
  meters.runs.reset();
  for (const { model, state, count } of rows) meters.runs.inc({ model, state }, Number(count));
  for (const lane of LANES) {
    const own = rows.filter((row) => row.lane === lane);
    const sum = (name: "count" | "due" | "busy") =>
      own.reduce((total, row) => total + Number(row[name]), 0);
    meters.laneRuns.set({ lane }, sum("count"));
    meters.laneDue.set({ lane }, sum("due"));
    meters.laneBusy.set({ lane }, sum("busy"));
    meters.overdueSeconds.set(
      { lane },
      age(
        own.map(({ oldestDue }) => oldestDue),
        now,
      ),
    );
  }
  const archiving = rows.filter(({ state }) => state === "archiving");
  meters.archiveLagSeconds.set(
    age(
      archiving.map(({ oldestChange }) => oldestChange),
      now,
    ),
  );
}

function countIf(condition: Expression<SqlBool>) {
  return sql<number | string>`sum(case when ${condition} then 1 else 0 end)`;
}

/** Returns how many seconds ago the oldest of these times was; 0 if there is none. */
function age(times: readonly (number | string | null)[], now: number): number {
  const oldest = Math.min(...times.flatMap((time) => (time === null ? [] : Number(time))));
  return Number.isFinite(oldest) ? Math.max(0, now - oldest) / 1000 : 0;
}

async function setSpend({ query }: Database, budget: Budget, now: number): Promise<void> {
  const rows = await query
    .selectFrom("ledger")
    .select(({ fn }) => ["status", fn.sum<number | string>("micros").as("micros")])
    .where("day", "=", dayOf(now))
    .where("payer", "=", "server")
    .groupBy("status")
    .execute();
  const { spend, spendLeft } = getMeters();
  let all = 0;
  for (const state of STATES) {
    const micros = Number(rows.find(({ status }) => status === state)?.micros ?? 0);
    spend.set({ state }, toUsd(micros));
    all += micros;
  }
  if (budget.perDay !== undefined) spendLeft.set(toUsd(Math.max(0, budget.perDay - all)));
  else spendLeft.remove();
}
