import "server-only";
import { EventEmitter } from "node:events";
import { sql } from "kysely";
import type { Database } from "../database/database";
import { notice } from "../database/notices";
import { getLog } from "../log";
import { oncePerProcess } from "../process/once-per-process";

const READ_EVERY_MS = 5_000;
const FORGET_EVERY_MS = 24 * 60 * 60_000;
/** How long a session's cookie can be opened. Browsers store cookies for 400 days at most; each visit renews them. */
export const SESSION_SECONDS = 400 * 24 * 60 * 60;
/** The overlap finds a revocation that another server committed late. */
const OVERLAP_MS = 60_000;

const { revoked, revocations } = oncePerProcess("revoked-sessions", () => ({
  revoked: new Set<string>(),
  revocations: new EventEmitter().setMaxListeners(0),
}))();

/** Whether somebody has signed out of the session. This server learns of a sign-out on another one within seconds. */
export function isRevoked(sessionId: string): boolean {
  return revoked.has(sessionId);
}

/** Calls `listener` when somebody signs out of the session. Returns a function that ends this. */
export function onRevoked(sessionId: string, listener: () => void): () => void {
  revocations.once(sessionId, listener);
  return () => revocations.off(sessionId, listener);
}

/** Notes that somebody has signed out of the session, here or on another server. */
export function markRevoked(sessionId: string): void {
  if (revoked.has(sessionId)) return;
  revoked.add(sessionId);
  revocations.emit(sessionId);
}

/** Makes every copy of the session's cookie useless. The database sets the date, because servers' clocks differ. */
export async function revokeSession(
  { kind, query }: Pick<Database, "kind" | "query">,
  id: string,
): Promise<void> {
  markRevoked(id);
  await query
    .insertInto("revoked_sessions")
    .values({ id, revoked_at: clocks[kind] })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .returning(notice(kind, "firstframe_sessions", sql<string>`id`))
    .execute();
}

const clocks = {
  sqlite: sql<number>`cast(unixepoch('subsec') * 1000 as integer)`,
  postgres: sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`,
};

/** Reads the earlier revocations, and from now on those of other servers. */
export async function followRevocations(db: Pick<Database, "kind" | "query">): Promise<void> {
  const { query } = db;
  let latest = 0;
  const read = async () => {
    const rows = await query
      .selectFrom("revoked_sessions")
      .select(["id", "revoked_at"])
      .where("revoked_at", ">=", latest - OVERLAP_MS)
      .execute();
    for (const { id, revoked_at } of rows) {
      markRevoked(id);
      latest = Math.max(latest, Number(revoked_at));
    }
  };
  await read();
  const forget = () => forgetExpired(db);
  await forget();
  setInterval(() => {
    forget().catch((error: unknown) => {
      getLog().warn({ reason: String(error) }, "expired sessions could not be forgotten");
    });
  }, FORGET_EVERY_MS).unref();
  setInterval(() => {
    read().catch((error: unknown) => {
      getLog().warn({ reason: String(error) }, "revoked sessions could not be read");
    });
  }, READ_EVERY_MS).unref();
}

/** Forgets revocations of sessions whose cookies have expired. */
async function forgetExpired({ kind, query }: Pick<Database, "kind" | "query">): Promise<void> {
  const expired = await query
    .deleteFrom("revoked_sessions")
    .where("revoked_at", "<", sql<number>`${clocks[kind]} - ${SESSION_SECONDS * 1000}`)
    .returning("id")
    .execute();
  for (const { id } of expired) revoked.delete(id);
}
