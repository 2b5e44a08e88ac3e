import { join } from "node:path";
import Sqlite from "better-sqlite3";
import pg from "pg";

/** Reads what the servers have recorded, without asking them. */
export type Records = {
  /** When each of the finished runs was recorded as done, in milliseconds since 1970, by request id. */
  readDone(): Promise<Map<string, number>>;
  /** How many transactions the database has committed; `undefined` on SQLite, which does not count. */
  countQueries(): Promise<number | undefined>;
  close(): Promise<void>;
};

type Row = { request_id: string; changed_at: number | string };

const DONE = `select request_id, changed_at from generations where state like '{"status":"done"%'`;

export function openSqliteRecords(folder: string): Records {
  const file = new Sqlite(join(folder, "firstframe.db"), { readonly: true });
  return {
    readDone: async () => toTimes(file.prepare(DONE).all() as Row[]),
    countQueries: async () => undefined,
    close: async () => void file.close(),
  };
}

export async function openPostgresRecords(url: string): Promise<Records> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return {
    readDone: async () => toTimes((await client.query<Row>(DONE)).rows),
    async countQueries() {
      const { rows } = await client.query<{ count: string }>(
        "select xact_commit as count from pg_stat_database where datname = current_database()",
      );
      return Number(rows[0]?.count);
    },
    close: () => client.end(),
  };
}

function toTimes(rows: Row[]): Map<string, number> {
  return new Map(rows.map(({ request_id, changed_at }) => [request_id, Number(changed_at)]));
}
