import "server-only";
import { type RawBuilder, sql } from "kysely";
import type { Database } from "./database";

/** The channels between servers on one Postgres. Payloads: `OWNER ID` of a generation, and the id of a session. */
export type Channel = "firstframe_library" | "firstframe_sessions";

/**
 * Returns an expression for the `returning` of a changing statement. Postgres sends the notice to every listening server
 * once the change is committed, and drops it if the change is rolled back. SQLite has one server, which knows its changes.
 */
export function notice(kind: Database["kind"], channel: Channel, payload: RawBuilder<string>) {
  const sent =
    kind === "postgres"
      ? sql<unknown>`pg_notify(${sql.lit(channel)}, ${payload})`
      : sql<unknown>`null`;
  return sent.as("notice");
}
