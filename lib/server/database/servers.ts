import "server-only";
import type { Database } from "./database.ts";

const FORGOTTEN_AFTER_MS = 24 * 60 * 60_000;

/** Notes that the server is alive. It writes, so it also shows whether the database can be written. */
export async function noteServerSeen(
  { query }: Pick<Database, "query">,
  id: string,
  now = Date.now(),
): Promise<void> {
  await query
    .insertInto("servers")
    .values({ id, seen_at: now })
    .onConflict((conflict) => conflict.column("id").doUpdateSet({ seen_at: now }))
    .execute();
}

/** Returns the other servers that were seen since then. */
export async function findOtherServers(
  { query }: Pick<Database, "query">,
  { id, since }: { id: string; since: number },
): Promise<string[]> {
  const rows = await query
    .selectFrom("servers")
    .select("id")
    .where("id", "!=", id)
    .where("seen_at", ">=", since)
    .execute();
  return rows.map((row) => row.id);
}

/** Removes a server that ends, and those that ended long ago without a word. */
export async function forgetServer(
  { query }: Pick<Database, "query">,
  id: string,
  now = Date.now(),
): Promise<void> {
  await query
    .deleteFrom("servers")
    .where(({ eb, or }) => or([eb("id", "=", id), eb("seen_at", "<", now - FORGOTTEN_AFTER_MS)]))
    .execute();
}
