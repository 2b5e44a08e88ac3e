import "server-only";
import {
  Kysely,
  PostgresAdapter,
  PostgresDialect,
  type PostgresPool,
  type PostgresPoolClient,
  sql,
} from "kysely";
import type pg from "pg";
import type { Database } from "./database";
import { migrate } from "./migrate.ts";
import { isGivenUp, retryWhileUnavailable } from "./retry.ts";
import type { Schema } from "./schema";
import { wholeNumbers } from "./whole-numbers.ts";

export type PoolSettings = { poolSize: number; timeoutMs: number };
export type StartLimits = { startsWithinMs: number; onFailure?: (error: unknown) => void };

const CONNECT_WITHIN_MS = 5_000;
const KEEPALIVE_AFTER_MS = 10_000;
const IDLE_FOR_MS = 30_000;
// Creating an index over a large table takes long.
const MIGRATED_WITHIN_MS = 10 * 60_000;
// The number that Kysely uses, so that servers of an older version wait as well.
const MIGRATION_LOCK = "3853314791062309107";

/**
 * Opens a pool that relies on no state of a connection, so that a pooler may give each transaction another one: statements
 * have no names, and locks and settings end with their transaction.
 */
export async function openPostgres(
  url: string,
  { startsWithinMs, onFailure, ...settings }: PoolSettings & StartLimits,
): Promise<Database> {
  await retryWhileUnavailable(() => bringUp(url), startsWithinMs, onFailure);
  const pool = await openPool(url, settings);
  const query = openQuery(pool, settings.timeoutMs);
  const unnamed = {
    query: ({ text, values }: pg.QueryConfig) => pool.query({ text, values }),
  };
  return {
    ...{ kind: "postgres", query, driver: { kind: "postgres", pool: unnamed } },
    countConnections: () => ({
      idle: pool.idleCount,
      busy: pool.totalCount - pool.idleCount,
      waiting: pool.waitingCount,
      most: settings.poolSize,
    }),
    close: () => query.destroy(),
  };
}

async function bringUp(url: string): Promise<void> {
  const pool = await openPool(url, { poolSize: 1, timeoutMs: MIGRATED_WITHIN_MS });
  const query = openQuery(pool, MIGRATED_WITHIN_MS);
  try {
    await query.transaction().execute(async (query) => {
      await sql`select pg_advisory_xact_lock(${sql.lit(MIGRATION_LOCK)})`.execute(query);
      await migrate(query);
    });
  } finally {
    await query.destroy();
  }
}

async function openPool(url: string, { poolSize, timeoutMs }: PoolSettings): Promise<pg.Pool> {
  const { default: pg } = await import("pg");
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    query_timeout: timeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEPALIVE_AFTER_MS,
    idleTimeoutMillis: IDLE_FOR_MS,
    types: {
      // The driver returns a bigint as text. Ours are times and amounts, which fit into a number.
      getTypeParser: (oid, format) =>
        oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format),
    },
  });
  // The pool replaces a broken connection. Without a listener, its error event would end the process.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
}

function openQuery(pool: pg.Pool, timeoutMs: number): Kysely<Schema> {
  const guarded: PostgresPool = {
    options: pool.options,
    connect: async () => guard(await pool.connect(), timeoutMs),
    end: () => pool.end(),
  };
  const dialect = new PoolerSafeDialect({ pool: guarded });
  return new Kysely<Schema>({ dialect, plugins: [wholeNumbers()] });
}

/** Closes a connection that did not answer in time, because the next query would wait behind the same one. */
function guard(client: pg.PoolClient, timeoutMs: number): PostgresPoolClient {
  let silent: unknown;
  const query = async (text: string, values: unknown[] = []) => {
    if (silent) throw silent;
    try {
      return await client.query(text === "begin" ? beginWithin(timeoutMs) : text, values);
    } catch (error) {
      if (isGivenUp(error)) silent = error;
      throw error;
    }
  };
  return {
    query: query as unknown as PostgresPoolClient["query"],
    release: (isBroken) => client.release(isBroken || silent !== undefined),
  };
}

/** Sets deadlines in Postgres, so that a dead server's locks do not last for the hours that TCP takes. */
function beginWithin(timeoutMs: number): string {
  return [
    "begin",
    `set local statement_timeout = ${timeoutMs}`,
    `set local idle_in_transaction_session_timeout = ${timeoutMs}`,
  ].join("; ");
}

class PoolerSafeDialect extends PostgresDialect {
  override createAdapter() {
    return new PoolerSafeAdapter();
  }
}

/** Kysely's lock belongs to the connection. `bringUp` holds one that belongs to its transaction instead. */
class PoolerSafeAdapter extends PostgresAdapter {
  override async acquireMigrationLock() {}
  override async releaseMigrationLock() {}
}
