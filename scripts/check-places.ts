import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { explainStart } from "../lib/server/database/explain-start.ts";
import { dataFolder, type Env } from "../lib/server/env.ts";
import { openCheckedStore } from "../lib/server/media/checked-store.ts";
import { describeOwner } from "../lib/server/process/owner-of-folder.ts";
import { requireRoom } from "../lib/server/room.ts";

const ANSWERS_WITHIN_MS = 5_000;
const STORE_WITHIN_MS = 10_000;

export type Places = { said: string[]; faults: string[] };

/** Checks what the server needs from outside: database, media, folders, room. Changes nothing but one small file of media. */
export async function checkPlaces(env: Env): Promise<Places> {
  const places: Places = { said: [], faults: [] };
  const check = async (work: () => Promise<string | undefined>) => {
    try {
      const line = await work();
      if (line !== undefined) places.said.push(line);
    } catch (error) {
      places.faults.push(error instanceof Error ? error.message : String(error));
    }
  };
  await check(() => checkDatabase(env.DATABASE_URL));
  await check(async () => {
    await openCheckedStore(env.MEDIA_URL, { startsWithinMs: STORE_WITHIN_MS });
    return "Media can be written, read and removed.";
  });
  await check(async () => checkOwner(dataFolder(env)));
  await check(() => checkRoom(dataFolder(env)));
  return places;
}

async function checkDatabase(url: string): Promise<string> {
  try {
    return url.startsWith("file:") ? await askSqlite(url) : await askPostgres(url);
  } catch (error) {
    throw explainStart(error, url);
  }
}

async function askSqlite(url: string): Promise<string> {
  const file = path.resolve(url.slice("file:".length));
  if (!existsSync(file)) return "There is no database yet: the first start makes it.";
  const { default: Sqlite } = await import("better-sqlite3");
  const database = new Sqlite(file, { timeout: ANSWERS_WITHIN_MS });
  try {
    // Takes the lock for writing, and writes nothing.
    database.exec("begin immediate; rollback");
    return "The database can be read and written.";
  } finally {
    database.close();
  }
}

async function askPostgres(connectionString: string): Promise<string> {
  const { default: pg } = await import("pg");
  const client = new pg.Client({
    connectionString,
    connectionTimeoutMillis: ANSWERS_WITHIN_MS,
    query_timeout: ANSWERS_WITHIN_MS,
  });
  client.on("error", () => {});
  await client.connect();
  try {
    const { rows } = await client.query(
      "select version() as version, pg_is_in_recovery() as is_copy",
    );
    const [{ version = "", is_copy: isCopy = false } = {}] = rows;
    if (isCopy) throw new Error("It is a read-only copy of another server");
    return `The database answers: ${String(version).split(" ").slice(0, 2).join(" ")}.`;
  } finally {
    await client.end();
  }
}

function checkOwner(folder: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  const own = process.getuid?.();
  const { uid } = statSync(folder);
  return own === undefined || own === 0 || uid === own ? undefined : describeOwner(folder);
}

async function checkRoom(folder: string): Promise<string | undefined> {
  if (!existsSync(folder)) return undefined;
  const free = await requireRoom(folder);
  return `${folder} has ${(free / 1024 ** 3).toFixed(1)} GB left.`;
}
