import "server-only";
import type { Kysely } from "kysely";
import type { Schema } from "./schema";

export type Database = {
  kind: "sqlite" | "postgres";
  query: Kysely<Schema>;
  /** The same connection under the query layer, for the library that counts rates. */
  driver: SqliteConnection | PostgresPool;
  close(): Promise<void>;
};

export type SqliteConnection = { kind: "sqlite"; connection: object };
/** Its statements have no names. */
export type PostgresPool = { kind: "postgres"; pool: object };
