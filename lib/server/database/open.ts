import "server-only";
import path from "node:path";
import type { Database } from "./database";
import { explainStart } from "./explain-start.ts";
import { openPostgres, type PoolSettings } from "./postgres.ts";
import { openSqlite } from "./sqlite.ts";

const POOL_SIZE = 10;
const TIMEOUT_MS = 8_000;
// If all containers start together, the database may be the last.
const STARTS_WITHIN_MS = 60_000;

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
      return await openPostgres(url, { poolSize, timeoutMs, startsWithinMs });
    return await openSqlite(path.resolve(url.slice("file:".length)), startsWithinMs);
  } catch (error) {
    throw explainStart(error, url);
  }
}
