import "server-only";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { Kysely, PostgresDialect, SqliteDialect } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { migrations } from "./migrations";
import { withPatience } from "./patience";
import type { Schema } from "./schema";

export type Database = {
  kind: "sqlite" | "postgres";
  query: Kysely<Schema>;
  /** The same connection under the query layer, for the library that counts rates. */
  driver: SqliteConnection | PostgresPool;
  close(): Promise<void>;
};

export type SqliteConnection = { kind: "sqlite"; connection: object };
export type PostgresPool = { kind: "postgres"; pool: object };

// The driver waits for a lock with the whole process standing still; `withPatience` waits without that.
const LOCK_WAIT_MS = 100;
const MIGRATION_WAIT_MS = 60_000;
const CONNECT_WITHIN_MS = 5_000;
// Where all start together, the database may come last.
const STARTS_WITHIN_MS = 60_000;

/** Opens `file:…` or `postgres://…` and brings its tables up to date. */
export async function openDatabase(url: string): Promise<Database> {
  if (!url.startsWith("file:")) return openPostgres(url);
  const file = path.resolve(url.slice("file:".length));
  await mkdir(path.dirname(file), { recursive: true });
  return openSqlite(file);
}

async function openSqlite(file: string): Promise<Database> {
  const { default: Sqlite } = await import("better-sqlite3");
  // Kysely knows no lock for SQLite: servers that start together take turns here, and one that dies lets go.
  const turn = new Sqlite(`${file}-migration`, { timeout: MIGRATION_WAIT_MS });
  turn.exec("begin exclusive");
  try {
    const database = new Sqlite(file, { timeout: LOCK_WAIT_MS });
    database.pragma("journal_mode = WAL");
    // A paid request's id must not be forgotten by a power cut.
    database.pragma("synchronous = FULL");
    const query = new Kysely<Schema>({ dialect: new SqliteDialect({ database }) });
    await migrate(query);
    const driver = { kind: "sqlite", connection: database } as const;
    return { kind: "sqlite", query, driver, close: () => query.destroy() };
  } finally {
    turn.close();
  }
}

async function openPostgres(url: string): Promise<Database> {
  const { default: pg } = await import("pg");
  const pool = new pg.Pool({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    types: {
      // A bigint comes as text; ours are times, and fit a number.
      getTypeParser: (oid, format) =>
        oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format),
    },
  });
  // A connection that breaks is replaced by the pool; unheard, its error would end the process.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  const query = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  await withPatience(() => migrate(query), STARTS_WITHIN_MS);
  const driver = { kind: "postgres", pool } as const;
  return { kind: "postgres", query, driver, close: () => query.destroy() };
}

async function migrate(db: Kysely<Schema>): Promise<void> {
  const provider = { getMigrations: async (): Promise<Record<string, Migration>> => migrations };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error) throw error;
}
