import "server-only";
import { EventEmitter } from "node:events";
import { sql } from "kysely";
import type { Database } from "./database/database";
import { notice } from "./database/notices";
import { getLog } from "./log";
import { oncePerProcess } from "./once-per-process";

const READ_EVERY_MS = 5_000;
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

/** No copy of the session's cookie opens anything any more. */
export async function revokeSession(
  { kind, query }: Pick<Database, "kind" | "query">,
  id: string,
  now: number,
): Promise<void> {
  markRevoked(id);
  await query
    .insertInto("revoked_sessions")
    .values({ id, revoked_at: now })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .returning(notice(kind, "firstframe_sessions", sql<string>`id`))
    .execute();
}

/** Reads what was revoked before this start, and from then on what other servers revoke. */
export async function followRevocations(db: Pick<Database, "query">, now: () => number) {
  const read = async (since: number) => {
    const rows = await db.query
      .selectFrom("revoked_sessions")
      .select("id")
      .where("revoked_at", ">=", since)
      .execute();
    for (const { id } of rows) markRevoked(id);
  };
  await read(0);
  setInterval(() => {
    read(now() - OVERLAP_MS).catch((error: unknown) => {
      getLog().warn({ reason: String(error) }, "revoked sessions could not be read");
    });
  }, READ_EVERY_MS).unref();
}
