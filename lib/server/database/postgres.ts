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
import { migrate } from "./migrate";
import { isGivenUp, retryWhileUnavailable } from "./retry";
import type { Schema } from "./schema";
import { wholeNumbers } from "./whole-numbers";

export type PoolSettings = { poolSize: number; timeoutMs: number };

const CONNECT_WITHIN_MS = 5_000;
const KEEPALIVE_AFTER_MS = 10_000;
const IDLE_FOR_MS = 30_000;
// An index over a large table takes its time.
const MIGRATED_WITHIN_MS = 10 * 60_000;
// Kysely's own number, so that servers of an older version wait, too.
const MIGRATION_LOCK = "3853314791062309107";

/**
 * Nothing of a session is used, so that a pooler may give each transaction another connection: no statement has a name,
 * locks end with their transaction, and nothing is set for longer than that.
 */
export async function openPostgres(
  url: string,
  { startsWithinMs, ...settings }: PoolSettings & { startsWithinMs: number },
): Promise<Database> {
  await retryWhileUnavailable(() => bringUp(url), startsWithinMs);
  const pool = await openPool(url, settings);
  const query = openQuery(pool, settings.timeoutMs);
  const unnamed = {
    query: ({ text, values }: pg.QueryConfig) => pool.query({ text, values }),
  };
  return {
    ...{ kind: "postgres", query, driver: { kind: "postgres", pool: unnamed } },
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
      // A bigint comes as text; ours are times, and fit a number.
      getTypeParser: (oid, format) =>
        oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format),
    },
  });
  // A connection that breaks is replaced by the pool; unheard, its error would end the process.
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
  const dialect = new PoolerProofDialect({ pool: guarded });
  return new Kysely<Schema>({ dialect, plugins: [wholeNumbers()] });
}

/** A connection that did not answer in time is closed: whoever came after would wait behind the same question. */
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

/** The other side's deadlines: the locks of a server whose line is dead are not held for the hours that TCP takes. */
function beginWithin(timeoutMs: number): string {
  return [
    "begin",
    `set local statement_timeout = ${timeoutMs}`,
    `set local idle_in_transaction_session_timeout = ${timeoutMs}`,
  ].join("; ");
}

class PoolerProofDialect extends PostgresDialect {
  override createAdapter() {
    return new PoolerProofAdapter();
  }
}

/** Kysely's lock belongs to the session; `bringUp` has taken one that belongs to the transaction. */
class PoolerProofAdapter extends PostgresAdapter {
  override async acquireMigrationLock() {}
  override async releaseMigrationLock() {}
}
