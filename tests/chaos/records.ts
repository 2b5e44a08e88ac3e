import Sqlite from "better-sqlite3";
import pg from "pg";

const UNSENT = `select input from generations
  where state like '{"status":"unconfirmed"%' and sending_at is null`;

/** The prompts of what is called unconfirmed although nothing of it can have left. */
export async function readUnsentUnconfirmed(databaseUrl: string): Promise<string[]> {
  const rows = databaseUrl.startsWith("file:")
    ? readSqlite(databaseUrl.slice("file:".length))
    : await readPostgres(databaseUrl);
  return rows.map(({ input }) => (JSON.parse(input) as { prompt: string }).prompt);
}

type Row = { input: string };

function readSqlite(file: string): Row[] {
  const database = new Sqlite(file, { readonly: true });
  try {
    return database.prepare(UNSENT).all() as Row[];
  } finally {
    database.close();
  }
}

async function readPostgres(connectionString: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<Row>(UNSENT)).rows;
  } finally {
    await client.end();
  }
}
