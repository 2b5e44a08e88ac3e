/** The first and a late page of a library and of a search in it, with 1,000 and with 100,000 generations: `npm run bench:library`. */
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import Database from "better-sqlite3";
import pg from "pg";
import { startPostgres } from "../tests/postgres.ts";
import { copyStatements } from "./copies.ts";
import { type BenchServer, quantile, startBenchServer } from "./server.ts";

const ROUNDS = 200;
const SIZES = [1_000, 100_000];

const [cpu] = os.cpus();
console.log(`${os.availableParallelism()} × ${cpu?.model.trim()}, Node ${process.version}`);
console.log(`Milliseconds of the whole answer, 24 generations a page, ${ROUNDS} requests\n`);

await using stack = new AsyncDisposableStack();
const folder = await mkdtemp(path.join(os.tmpdir(), "bench-library-"));
stack.defer(() => rm(folder, { recursive: true, force: true }));
const file = path.join(folder, "firstframe.db");
const postgres = stack.adopt(await startPostgres(), (cluster) => cluster.stop());
const postgresUrl = await postgres.createDatabase("firstframe");

await measureLibrary("SQLite", `file:${file}`, async (statements) => {
  const database = new Database(file);
  for (const statement of statements) database.exec(statement);
  database.close();
});
await measureLibrary("Postgres", postgresUrl, async (statements) => {
  const client = new pg.Client({ connectionString: postgresUrl });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
});

async function measureLibrary(
  name: string,
  DATABASE_URL: string,
  execute: (statements: string[]) => Promise<void>,
) {
  const app = await startBenchServer({
    DATABASE_URL,
    SESSION_SECRET: "known to this server alone, as there is no other",
  });
  try {
    let size = 1;
    for (const wanted of SIZES) {
      await execute(copyStatements({ id: app.generationId, from: size, to: wanted }));
      size = wanted;
      const first = await measure(app, "");
      const late = await measure(app, `&cursor=${await findLateCursor(app)}`);
      const search = await measure(app, "&q=rocket");
      console.log(
        `${name.padEnd(9)} ${wanted.toLocaleString("en").padStart(7)} generations   first page ${first}   page 20 ${late}   search ${search}`,
      );
    }
  } finally {
    await app.stop();
  }
}

async function measure({ origin, headers }: BenchServer, query: string): Promise<string> {
  const milliseconds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const startedAt = performance.now();
    const answer = await fetch(`${origin}/api/generations?limit=24${query}`, { headers });
    const { items } = (await answer.json()) as { items: unknown[] };
    if (items.length !== 24) throw new Error(`the page has ${items.length} generations`);
    milliseconds.push(performance.now() - startedAt);
  }
  const [p50, p99] = [0.5, 0.99].map((at) => quantile(milliseconds, at).toFixed(1));
  return `p50 ${p50}, p99 ${p99}`;
}

async function findLateCursor({ origin, headers }: BenchServer): Promise<string> {
  let cursor = "";
  for (let page = 1; page < 20; page++) {
    const query = cursor && `&cursor=${cursor}`;
    const answer = await fetch(`${origin}/api/generations?limit=24${query}`, { headers });
    cursor = ((await answer.json()) as { nextCursor: string }).nextCursor;
  }
  return cursor;
}
