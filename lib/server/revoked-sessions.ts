import "server-only";
import type { Database } from "./database/database";
import { getLog } from "./log";
import { oncePerProcess } from "./once-per-process";

const READ_EVERY_MS = 5_000;
/** A revocation that another server wrote a moment late is still read. */
const OVERLAP_MS = 60_000;

const revoked = oncePerProcess("revoked-sessions", () => new Set<string>())();

/** Whether somebody has signed out of it, on this server or a few seconds ago on another one. */
export function isRevoked(sessionId: string): boolean {
  return revoked.has(sessionId);
}

/** No copy of the session's cookie opens anything any more. */
export async function revokeSession(
  { query }: Pick<Database, "query">,
  id: string,
  now: number,
): Promise<void> {
  revoked.add(id);
  await query
    .insertInto("revoked_sessions")
    .values({ id, revoked_at: now })
    .onConflict((conflict) => conflict.column("id").doNothing())
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
    for (const { id } of rows) revoked.add(id);
  };
  await read(0);
  setInterval(() => {
    read(now() - OVERLAP_MS).catch((error: unknown) => {
      getLog().warn({ reason: String(error) }, "revoked sessions could not be read");
    });
  }, READ_EVERY_MS).unref();
}
