import "server-only";
import { sql } from "kysely";
import type { Database } from "./database/database";
import { withDeadline } from "./process/deadline";
import { upstreamKind } from "./upstream/kind";

const ANSWERS_WITHIN_MS = 2_000;

/** Answers whether this server works now. Without the database it can neither show nor start anything. */
export async function answerHealth({ db }: { db: Database }): Promise<Response> {
  const upstream = upstreamKind();
  try {
    const asked = sql`select 1`.execute(db.query);
    await withDeadline(asked, ANSWERS_WITHIN_MS, "the database");
    return Response.json({ status: "ok", upstream });
  } catch {
    return Response.json({ status: "storage_unavailable", upstream }, { status: 503 });
  }
}
