import { existsSync } from "node:fs";
import path from "node:path";

type Row = { id: string; state: string; created_at: number | string };
type Waiting = { id: string; why: string; since: number };

const LONG_MS = 30 * 60_000;
const ANSWERS_WITHIN_MS = 5_000;
const READ_AT_MOST = 10_000;

const reasons: Record<string, string> = {
  result_key_refused: "fal no longer takes the key that they were started with: check FAL_KEY",
  result_key_lost: "their own keys can't be read: SESSION_SECRET has changed",
  result_delayed: "fal does not say what became of them",
  archive_waiting: "their videos can't be fetched or kept",
  disk_full: "there is no room for their videos",
};

/**
 * Returns one line for each reason that runs have been waiting for a long time. Only reads the records, and starts and
 * writes nothing. Throws if the database does not answer.
 */
export async function describeWaitingRuns(databaseUrl: string, now: number): Promise<string[]> {
  const rows = databaseUrl.startsWith("file:")
    ? await readSqlite(path.resolve(databaseUrl.slice("file:".length)))
    : await readPostgres(databaseUrl);
  const waiting = rows.flatMap((row) => findWaiting(row, now) ?? []);
  return [...Map.groupBy(waiting, ({ why }) => why)].map(([why, runs]) => {
    const [oldest = { id: "", since: now }] = runs.toSorted(
      (one, other) => one.since - other.since,
    );
    const minutes = Math.round((now - oldest.since) / 60_000);
    const count = runs.length === 1 ? "1 run waits" : `${runs.length} runs wait`;
    return `${count}, since ${minutes} minutes at most: ${why}. The oldest: ${oldest.id}.`;
  });
}

function findWaiting({ id, state, created_at }: Row, now: number): Waiting | undefined {
  const { problem, unheardSince } = JSON.parse(state) as {
    problem?: { code: string };
    unheardSince?: string;
  };
  const since = unheardSince === undefined ? Number(created_at) : Date.parse(unheardSince);
  if (problem) return { id, since, why: reasons[problem.code] ?? problem.code };
  if (now - since < LONG_MS) return undefined;
  return { id, since, why: "nothing is known to be wrong" };
}

const QUERY = `select id, state, created_at from generations where check_at is not null and claim is null
  order by created_at limit ${READ_AT_MOST}`;

async function readSqlite(file: string): Promise<Row[]> {
  if (!existsSync(file)) return [];
  const { default: Sqlite } = await import("better-sqlite3");
  const database = new Sqlite(file, { readonly: true, timeout: ANSWERS_WITHIN_MS });
  try {
    return database.prepare(QUERY).all() as Row[];
  } finally {
    database.close();
  }
}

async function readPostgres(connectionString: string): Promise<Row[]> {
  const { default: pg } = await import("pg");
  const client = new pg.Client({
    connectionString,
    connectionTimeoutMillis: ANSWERS_WITHIN_MS,
    query_timeout: ANSWERS_WITHIN_MS,
  });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query(QUERY)).rows as Row[];
  } finally {
    await client.end();
  }
}
