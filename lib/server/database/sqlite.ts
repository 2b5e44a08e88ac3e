import "server-only";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import type BetterSqlite from "better-sqlite3";
import { Kysely, SqliteAdapter, SqliteDialect } from "kysely";
import type { Database } from "./database";
import { migrate } from "./migrate";
import { retryWhileUnavailable } from "./retry";
import type { Schema } from "./schema";
import { wholeNumbers } from "./whole-numbers";

// The driver waits for a lock with the whole process standing still; `retryWhileUnavailable` waits without that.
const LOCK_WAIT_MS = 100;

export async function openSqlite(file: string, startsWithinMs: number): Promise<Database> {
  await mkdir(path.dirname(file), { recursive: true });
  const { default: Sqlite } = await import("better-sqlite3");
  // Kysely knows no lock for SQLite: servers that start together take turns here, and one that dies lets go.
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
  // Not before: nothing at all is changed in a database of a newer version.
  await retryWhileUnavailable(async () => database.pragma("journal_mode = WAL"), startsWithinMs);
  // A paid request's id must not be forgotten by a power cut.
  database.pragma("synchronous = FULL");
  const driver = { kind: "sqlite", connection: database } as const;
  return {
    ...{ kind: "sqlite", query, driver },
    close: () => query.destroy(),
  };
}

/** SQLite does take changes of tables back with their transaction; Kysely leaves that unused. */
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
