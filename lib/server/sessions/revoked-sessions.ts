import "server-only";
import { EventEmitter } from "node:events";
import { sql } from "kysely";
import type { Database } from "../database/database";
import { notice } from "../database/notices";
import { getLog } from "../log";
import { oncePerProcess } from "../process/once-per-process";

const READ_EVERY_MS = 5_000;
const FORGET_EVERY_MS = 24 * 60 * 60_000;
/** How long a session's cookie can be opened: browsers keep none longer than 400 days, and each visit begins them anew. */
export const SESSION_SECONDS = 400 * 24 * 60 * 60;
/** A revocation that another server wrote a moment late is still read. */
const OVERLAP_MS = 60_000;

const { revoked, revocations } = oncePerProcess("revoked-sessions", () => ({
  revoked: new Set<string>(),
  revocations: new EventEmitter().setMaxListeners(0),
}))();

/** Whether somebody has signed out of it, on this server or a few seconds ago on another one. */
export function isRevoked(sessionId: string): boolean {
  return revoked.has(sessionId);
}

/** Calls `listener` once somebody signs out of the session; returns how to stop. */
export function onRevoked(sessionId: string, listener: () => void): () => void {
  revocations.once(sessionId, listener);
  return () => revocations.off(sessionId, listener);
}

/** Takes in that somebody has signed out of it, here or on another server. */
export function markRevoked(sessionId: string): void {
  if (revoked.has(sessionId)) return;
  revoked.add(sessionId);
  revocations.emit(sessionId);
}

/** No copy of the session's cookie opens anything any more. Dated by the database, because servers' clocks differ. */
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

/** Reads what was revoked before this start, and from then on what other servers revoke. */
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

/** A session that nobody can open any more need not be known as revoked. */
async function forgetExpired({ kind, query }: Pick<Database, "kind" | "query">): Promise<void> {
  const expired = await query
    .deleteFrom("revoked_sessions")
    .where("revoked_at", "<", sql<number>`${clocks[kind]} - ${SESSION_SECONDS * 1000}`)
    .returning("id")
    .execute();
  for (const { id } of expired) revoked.delete(id);
}
