import "server-only";
import { type Kysely, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { migrations } from "./migrations.ts";
import type { Schema } from "./schema";

/** Stops the start. Its message tells the operator what to do. */
export class StartError extends Error {
  override name = "StartError";
}

/**
 * Brings the tables up to date. Call it in a transaction that excludes other servers, so that all migrations apply or none.
 * Throws a `StartError` if a newer version has changed the tables, and then writes nothing.
 */
export async function migrate(db: Kysely<Schema>): Promise<void> {
  const unknown = (await readDone(db)).filter((name) => !(name in migrations));
  if (unknown.length > 0) {
    throw new StartError(
      `The database was opened by a newer version of Firstframe, which changed its tables (${unknown.join(", ")}). ` +
        "Nothing was written to it. Start that version or a newer one, or set DATABASE_URL to a database of its own.",
    );
  }
  const provider = { getMigrations: async (): Promise<Record<string, Migration>> => migrations };
  // Two migrations that were written at the same time may have reached a database in either order.
  const migrator = new Migrator({ db, provider, allowUnorderedMigrations: true });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}

/** Returns the migrations that the tables lack. */
export async function findUnapplied(db: Kysely<Schema>): Promise<string[]> {
  const done = new Set(await readDone(db));
  return Object.keys(migrations).filter((name) => !done.has(name));
}

async function readDone(db: Kysely<Schema>): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === "kysely_migration")) return [];
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
  return rows.map(({ name }) => name);
}
