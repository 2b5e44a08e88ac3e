import "server-only";
import type { Kysely } from "kysely";
import type { Schema } from "./schema";

export type Database = {
  kind: "sqlite" | "postgres";
  query: Kysely<Schema>;
  /** The connection that `query` uses. The library that counts rates needs it directly. */
  driver: SqliteConnection | PostgresPool;
  /** How many connections the pool has, by state; absent on SQLite. */
  countConnections?(): Record<"idle" | "busy" | "waiting" | "most", number>;
  close(): Promise<void>;
};

export type SqliteConnection = { kind: "sqlite"; connection: object };
/** Sends its statements without names, so that a pooler may give each of them another connection. */
export type PostgresPool = { kind: "postgres"; pool: object };
