import "server-only";
import { type RawBuilder, sql } from "kysely";
import type { Database } from "./database";

/** What servers that share a Postgres tell each other: `OWNER ID` of a generation, the id of a session. */
export type Channel = "firstframe_library" | "firstframe_sessions";

/**
 * For the `returning` of a change. Postgres sends the notice to every server that listens once the change is committed,
 * and drops it if the change is rolled back. SQLite has one server, which knows what it has changed.
 */
export function notice(kind: Database["kind"], channel: Channel, payload: RawBuilder<string>) {
  const sent =
    kind === "postgres"
      ? sql<unknown>`pg_notify(${sql.lit(channel)}, ${payload})`
      : sql<unknown>`null`;
  return sent.as("notice");
}
