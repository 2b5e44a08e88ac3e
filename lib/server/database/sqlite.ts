import "server-only";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import type BetterSqlite from "better-sqlite3";
import { Kysely, SqliteAdapter, SqliteDialect } from "kysely";
import type { Database } from "./database";
import { migrate } from "./migrate.ts";
import { retryWhileUnavailable } from "./retry.ts";
import type { Schema } from "./schema";
import { wholeNumbers } from "./whole-numbers.ts";

// While the driver waits for a lock, the whole process stands still. `retryWhileUnavailable` waits without blocking.
const LOCK_WAIT_MS = 100;

export async function openSqlite(file: string, startsWithinMs: number): Promise<Database> {
  await mkdir(path.dirname(file), { recursive: true });
  const { default: Sqlite } = await import("better-sqlite3");
  // Kysely has no lock for SQLite. This one makes servers that start together take turns, and ends with its process.
  const turn = new Sqlite(`${file}-migration`, { timeout: 0 });
  try {
    await retryWhileUnavailable(async () => turn.exec("begin exclusive"), startsWithinMs);
    const database = new Sqlite(file, { timeout: LOCK_WAIT_MS });
    try {
      return await bringUp(database, startsWithinMs);
    } catch (error) {
      database.close();
      throw error;
    }
  } finally {
    turn.close();
  }
}

async function bringUp(database: BetterSqlite.Database, startsWithinMs: number): Promise<Database> {
  const dialect = new WholeChangesDialect({ database });
  const query = new Kysely<Schema>({ dialect, plugins: [wholeNumbers()] });
  await retryWhileUnavailable(() => query.transaction().execute(migrate), startsWithinMs);
  // These come after the migration, because a database of a newer version must not be changed at all.
  await retryWhileUnavailable(async () => database.pragma("journal_mode = WAL"), startsWithinMs);
  // A power cut must not lose the id of a paid request.
  database.pragma("synchronous = FULL");
  const driver = { kind: "sqlite", connection: database } as const;
  return {
    ...{ kind: "sqlite", query, driver },
    close: () => query.destroy(),
  };
}

/** SQLite can roll back changes of tables with their transaction, but Kysely assumes that it cannot. */
class WholeChangesDialect extends SqliteDialect {
  override createAdapter() {
    return new WholeChangesAdapter();
  }
}

class WholeChangesAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl() {
    return true;
  }
}
