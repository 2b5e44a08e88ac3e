/**
 * What many waiting runs cost, and how soon their videos are there: `npm run bench:capacity`. Runs that a browser watches
 * end one after another, and runs that nobody watches end all at once. `-- --runs 50 --only sqlite` does less.
 */
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type AppServer, type Environment, startAppServer } from "../tests/e2e/app-server.ts";
import { startPostgres } from "../tests/postgres.ts";
import { openPostgresRecords, openSqliteRecords, type Records } from "./capacity/records.ts";
import { PICTURE_URL, startCapacityUpstream } from "./capacity/upstream.ts";
import { readWork } from "./processor-time.ts";
import { median, quantile } from "./server.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "200" },
    only: { type: "string", default: "sqlite,one,two" },
    settle: { type: "string", default: "30" },
    "without-picture": { type: "boolean", default: false },
  },
});
const MODEL = values["without-picture"]
  ? "fal-ai/minimax-video"
  : "fal-ai/minimax-video/image-to-video";
const RUNS = Number(values.runs);
/** After this time the checks have become as rare as they get. */
const SETTLED_AFTER_MS = Number(values.settle) * 1000;
const WAITING_MS = 15_000;
const ENDS_A_SECOND = 5;
const DONE_WITHIN_MS = 120_000;

type Run = { cookie: string; requestId: string };
type Setup = { title: string; servers: AppServer[]; records: Records };

await using stack = new AsyncDisposableStack();
const folder = await mkdtemp(join(os.tmpdir(), "bench-capacity-"));
stack.defer(() => rm(folder, { recursive: true, force: true }));
const upstream = stack.adopt(await startCapacityUpstream(folder), ({ close }) => close());
const env: Environment = {
  FAL_UPSTREAM: upstream.origin,
  FAL_KEY: "bench-key-id:bench-key-secret",
  ALLOW_PUBLIC: "true",
  BUDGET_USD_PER_DAY: "100000",
  STARTS_PER_MINUTE: "100000000",
  SESSION_SECRET: "a secret that both of the servers know",
  LOG_LEVEL: "silent",
};

const [cpu] = os.cpus();
console.log(`${os.availableParallelism()} × ${cpu?.model.trim()}, Node ${process.version}`);
console.log(
  `${RUNS} runs of as many owners; watched: ${ENDS_A_SECOND} end a second; unwatched: all at once\n`,
);
const wanted = values.only.split(",");
if (wanted.includes("sqlite")) await measureSqlite();
if (wanted.includes("one") || wanted.includes("two")) await measurePostgres();

async function measureSqlite(): Promise<void> {
  const server = await startAppServer(env);
  const records = openSqliteRecords(server.dataDir);
  try {
    await measure({ title: "one server on SQLite", servers: [server], records });
  } finally {
    await records.close();
    await server.stop();
  }
}

async function measurePostgres(): Promise<void> {
  const postgres = stack.adopt(await startPostgres(), (cluster) => cluster.stop());
  for (const [name, count] of [
    ["one", 1],
    ["two", 2],
  ] as const) {
    if (!wanted.includes(name)) continue;
    const DATABASE_URL = await postgres.createDatabase(`firstframe_${name}`);
    const shared = { ...env, DATABASE_URL, MEDIA_URL: `file:${join(folder, `media-${name}`)}` };
    const servers: AppServer[] = [];
    for (let n = 0; n < count; n++) servers.push(await startAppServer(shared));
    const records = await openPostgresRecords(DATABASE_URL);
    try {
      await measure({
        title: `${name} server${count > 1 ? "s" : ""} on Postgres`,
        servers,
        records,
      });
    } finally {
      await records.close();
      for (const server of servers) await server.stop();
    }
  }
}

async function measure(setup: Setup): Promise<void> {
  console.log(`── ${setup.title}, load ${os.loadavg()[0]?.toFixed(1)}`);
  await measureRuns(setup, { isWatched: true });
  await measureRuns(setup, { isWatched: false });
}

async function measureRuns(setup: Setup, { isWatched }: { isWatched: boolean }): Promise<void> {
  const { servers, records } = setup;
  const runs: Run[] = [];
  for (let n = 0; n < RUNS; n++) runs.push(await startRun(serverOf(servers, n)));
  const left = new AbortController();
  if (isWatched)
    await Promise.all(runs.map((run, n) => watch(serverOf(servers, n), run, left.signal)));
  await delay(SETTLED_AFTER_MS);
  const waiting = await meter(setup, () => delay(WAITING_MS));
  const ending = await meter(setup, async () => {
    if (isWatched) {
      for (const { requestId } of runs) {
        upstream.complete([requestId]);
        await delay(1000 / ENDS_A_SECOND);
      }
    } else upstream.complete(runs.map(({ requestId }) => requestId));
    await untilDone(records, runs);
  });
  left.abort();
  const done = await records.readDone();
  const times = runs.map(
    ({ requestId }) =>
      (done.get(requestId) ?? Number.POSITIVE_INFINITY) -
      (upstream.completedAt.get(requestId) ?? 0),
  );
  console.log(`${isWatched ? "watched" : "unwatched"}, load ${os.loadavg()[0]?.toFixed(1)}`);
  console.log(`  while they wait   ${show(waiting)}`);
  console.log(`  while they end    ${show(ending)}`);
  console.log(
    `  completed to done median ${toSeconds(median(times))}, 95% ${toSeconds(quantile(times, 0.95))}`,
  );
}

type Metered = { cores: number; queries?: number; calls: string };

async function meter({ servers, records }: Setup, work: () => Promise<void>): Promise<Metered> {
  const readAll = async () => ({
    at: performance.now(),
    work: (await Promise.all(servers.map((server) => readWork(server.pid())))).reduce(
      (sum, one) => sum + one,
      0,
    ),
    queries: await records.countQueries(),
    counts: upstream.counts(),
  });
  const before = await readAll();
  await work();
  const after = await readAll();
  const passed = after.at - before.at;
  const calls = Object.entries(after.counts).map(
    ([kind, count]) => [kind, count - (before.counts[kind] ?? 0)] as const,
  );
  return {
    cores: (after.work - before.work) / passed,
    queries:
      after.queries === undefined
        ? undefined
        : (after.queries - (before.queries ?? 0)) / (passed / 1000),
    calls: calls.flatMap(([kind, count]) => (count > 0 ? `${count} ${kind}` : [])).join(", "),
  };
}

function show({ cores, queries, calls }: Metered): string {
  const parts = [`${cores.toFixed(2)} cores`];
  if (queries !== undefined)
    parts.push(`${queries.toFixed(1)} queries/s, ${(queries / RUNS).toFixed(2)} a run`);
  parts.push(`calls: ${calls || "none"}`);
  return parts.join("; ");
}

function toSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

function serverOf(servers: AppServer[], n: number): AppServer {
  return servers[n % servers.length] as AppServer;
}

async function startRun({ origin }: AppServer): Promise<Run> {
  const page = await fetch(`${origin}/`);
  await page.arrayBuffer();
  const cookie = page.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const answer = await fetch(`${origin}/api/fal/proxy`, {
    method: "POST",
    headers: {
      cookie,
      "content-type": "application/json",
      "x-fal-target-url": `https://queue.fal.run/${MODEL}`,
    },
    body: JSON.stringify({
      prompt: "[Push in] a rocket",
      ...(!values["without-picture"] && { image_url: PICTURE_URL }),
    }),
  });
  const { request_id: requestId } = (await answer.json()) as { request_id?: string };
  if (!requestId) throw new Error(`The run was not taken: ${answer.status}`);
  return { cookie, requestId };
}

/** Does what a studio does while its run waits: reads the events of the library and the status of the run. */
async function watch({ origin }: AppServer, run: Run, signal: AbortSignal): Promise<void> {
  const { cookie, requestId } = run;
  const target = `https://queue.fal.run/fal-ai/minimax-video/requests/${requestId}/status/stream?logs=1`;
  const streams = [
    await fetch(`${origin}/api/generations/events`, { headers: { cookie }, signal }),
    await fetch(`${origin}/api/fal/proxy`, {
      headers: { cookie, "x-fal-target-url": target },
      signal,
    }),
  ];
  for (const { ok, status, body } of streams) {
    if (!ok || !body) throw new Error(`A stream was answered ${status}`);
    void body.pipeTo(new WritableStream()).catch(() => {});
  }
}

async function untilDone(records: Records, runs: Run[]): Promise<void> {
  for (const deadline = Date.now() + DONE_WITHIN_MS; Date.now() < deadline; await delay(500)) {
    const done = await records.readDone();
    if (runs.every(({ requestId }) => done.has(requestId))) return;
  }
  console.log(`Not every run was done within ${DONE_WITHIN_MS / 1000} s`);
}
