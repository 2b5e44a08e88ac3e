import "server-only";
import { existsSync } from "node:fs";
import path from "node:path";
import { Kysely, SqliteDialect } from "kysely";
import { StartError } from "../database/migrate.ts";
import { migrations } from "../database/migrations.ts";
import type { Schema } from "../database/schema.ts";

const ANSWERS_WITHIN_MS = 10_000;

/** Returns the path of a SQLite database; `undefined` for Postgres. */
export function sqliteFile(url: string): string | undefined {
  return url.startsWith("file:") ? path.resolve(url.slice("file:".length)) : undefined;
}

/**
 * Throws a `StartError` unless the database has exactly the tables of this version. Opening it as the server does would
 * change the tables under a server of an earlier version.
 */
export async function requireThisVersion(url: string): Promise<void> {
  const file = sqliteFile(url);
  if (file !== undefined && !existsSync(file))
    throw new StartError(`There is no database at ${file}. Check DATABASE_URL.`);
  const done = new Set(await (file === undefined ? readDoneInPostgres(url) : readDone(file)));
  const unknown = [...done].filter((name) => !(name in migrations));
  const missing = Object.keys(migrations).filter((name) => !done.has(name));
  if (unknown.length > 0)
    throw new StartError(
      `The database is of a newer version of Firstframe (${unknown.join(", ")}). Use the admin commands of that version.`,
    );
  if (missing.length > 0)
    throw new StartError(
      `The database is of an earlier version of Firstframe: ${missing.join(", ")} not done. Start this version once, or use the admin commands of that version.`,
    );
}

const QUERY = "select name from kysely_migration";

async function readDone(file: string): Promise<string[]> {
  const { default: Sqlite } = await import("better-sqlite3");
  const database = new Sqlite(file, { readonly: true, timeout: ANSWERS_WITHIN_MS });
  try {
    const has = database.prepare("select 1 from sqlite_master where name = 'kysely_migration'");
    if (!has.get()) return [];
    return (database.prepare(QUERY).all() as { name: string }[]).map(({ name }) => name);
  } finally {
    database.close();
  }
}

async function readDoneInPostgres(connectionString: string): Promise<string[]> {
  const { default: pg } = await import("pg");
  const client = new pg.Client({
    connectionString,
    connectionTimeoutMillis: ANSWERS_WITHIN_MS,
    query_timeout: ANSWERS_WITHIN_MS,
  });
  client.on("error", () => {});
  await client.connect();
  try {
    const { rows } = await client.query("select to_regclass('kysely_migration') as name");
    if (rows[0]?.name === null) return [];
    return (await client.query(QUERY)).rows.map(({ name }) => String(name));
  } finally {
    await client.end();
  }
}

/** Opens a SQLite database that nobody else has open, so that nothing changes while it is read. Throws a `StartError`. */
export async function openAlone(
  file: string,
): Promise<{ query: Kysely<Schema>; close(): Promise<void> }> {
  const { default: Sqlite } = await import("better-sqlite3");
  const database = new Sqlite(file, { timeout: 1_000 });
  try {
    database.pragma("locking_mode = exclusive");
    database.exec("begin exclusive; commit");
  } catch (error) {
    database.close();
    throw new StartError(`A server has ${file} open. Stop it first.`, { cause: error });
  }
  const query = new Kysely<Schema>({ dialect: new SqliteDialect({ database }) });
  return { query, close: () => query.destroy() };
}
