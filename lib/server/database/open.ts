import "server-only";
import path from "node:path";
import { getLog } from "../log.ts";
import type { Database } from "./database";
import { explainStart } from "./explain-start.ts";
import { openPostgres, type PoolSettings } from "./postgres.ts";
import { openSqlite } from "./sqlite.ts";

const POOL_SIZE = 10;
const TIMEOUT_MS = 8_000;
// If all containers start together, the database may be the last.
const STARTS_WITHIN_MS = 30_000;
/** A database that starts together with this server is there before anybody has to hear of it. */
const SAID_AFTER_MS = 1_000;

/** Opens `file:…` or `postgres://…` and brings its tables up to date. Throws a `StartError` that says what to do. */
export async function openDatabase(
  url: string,
  {
    poolSize = POOL_SIZE,
    timeoutMs = TIMEOUT_MS,
    startsWithinMs = STARTS_WITHIN_MS,
  }: Partial<PoolSettings & { startsWithinMs: number }> = {},
): Promise<Database> {
  try {
    if (!url.startsWith("file:"))
      return await openPostgres(url, {
        ...{ poolSize, timeoutMs, startsWithinMs },
        onFailure: sayOnce(url),
      });
    return await openSqlite(path.resolve(url.slice("file:".length)), startsWithinMs);
  } catch (error) {
    throw explainStart(error, url);
  }
}

/** Says early that the start waits for the database, because a person or a supervisor may be watching. */
function sayOnce(url: string): (error: unknown) => void {
  const startedAt = performance.now();
  let isSaid = false;
  return (error) => {
    if (isSaid || performance.now() - startedAt < SAID_AFTER_MS) return;
    isSaid = true;
    const { message } = explainStart(error, url);
    getLog().warn(`The start waits for its database. ${message}`);
  };
}
