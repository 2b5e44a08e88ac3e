import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { render } from "../../lib/local-fal/render/render.ts";
import { openStorage } from "../chaos/storage.ts";
import { type AppServer, startAppServer } from "../e2e/app-server.ts";
import { openQuickLocalFal } from "../fake-upstream/quick-local-fal.ts";
import { findFreePort } from "../ports.ts";
import { startLoad } from "./load.ts";
import { startNginx } from "./nginx.ts";

export type RollingReport = {
  restarts: number;
  exitMs: number[];
  exitCodes: (number | null)[];
  /** From the signal until another server had taken over every run of the one that ended. */
  takeoverMs: number[];
  counts: Record<string, number>;
  failures: string[];
  clicks: number;
  states: Record<string, number>;
};

const SERVERS = 3;
const RENDER_MS = 1_500;
const TAKEN_OVER_WITHIN_MS = 60_000;
const QUIET_WITHIN_MS = 60_000;

/** Restarts three servers behind nginx one after the other, `rounds` times, while browsers use them. */
export async function runRolling(
  rounds: number,
  say: (text: string) => void,
): Promise<RollingReport> {
  const folder = await mkdtemp(join(tmpdir(), "firstframe-rolling-"));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const upstream = stack.adopt(await startUpstream(folder), (it) => it.close());
  const storage = stack.adopt(await openStorage("postgres and s3", folder), (it) => it.close());
  const port = await findFreePort("127.0.0.1");
  const origin = `http://localhost:${port}`;
  const servers: AppServer[] = [];
  for (let index = 0; index < SERVERS; index++) {
    const env = {
      ...storage.env,
      ...{ PUBLIC_URL: origin, TRUST_PROXY: "true", FAL_UPSTREAM: upstream.origin },
      ...{ SESSION_SECRET: "rolling ".repeat(5), STARTS_PER_MINUTE: "100000", LOG_LEVEL: "warn" },
    };
    servers.push(stack.adopt(await startAppServer(env), (server) => server.stop()));
  }
  const origins = servers.map((server) => server.origin);
  stack.adopt(await startNginx(folder, { port, servers: origins }), (nginx) => nginx.stop());
  const records = stack.adopt(new pg.Pool({ connectionString: storage.env.DATABASE_URL }), (pool) =>
    pool.end(),
  );

  const cookie = await openSession(origin);
  const videoId = await makeVideo(origin, cookie);
  const load = startLoad(origin, cookie, videoId);
  const report = {
    exitMs: [] as number[],
    exitCodes: [] as (number | null)[],
    takeoverMs: [] as number[],
  };
  await delay(2_000);
  for (let round = 0; round < rounds; round++) {
    for (const server of servers) {
      const held = await readHeld(records, server.pid());
      const startedAt = performance.now();
      const takenOver = untilTakenOver(records, held, server.pid());
      report.exitCodes.push(await server.terminate());
      report.exitMs.push(performance.now() - startedAt);
      const takeover = await takenOver;
      if (held.length > 0) report.takeoverMs.push(takeover);
      await server.restart();
      await untilReady(server.origin);
    }
    say(`round ${round + 1} of ${rounds}, ${load.failures.length} failed`);
  }
  await load.stop();
  const states = await untilQuiet(records);
  const { counts, failures, clicks } = load;
  return { ...report, counts, failures, states, clicks: clicks.length, restarts: rounds * SERVERS };
}

/** A real local fal whose renders copy one video. */
async function startUpstream(folder: string) {
  const path = join(folder, "video.mp4");
  const job = { prompt: "[Push in] a rocket", output: path };
  const video = await render(job, { signal: new AbortController().signal, onProgress() {} });
  const fal = await openQuickLocalFal({ folder, renderMs: RENDER_MS, video: { path, ...video } });
  const { origin } = await fal.listen({ port: 0 });
  return { origin, close: () => fal.close() };
}

async function openSession(origin: string): Promise<string> {
  const page = await fetch(origin);
  await page.text();
  return page.headers
    .getSetCookie()
    .map((text) => text.split(";")[0])
    .join("; ");
}

async function makeVideo(origin: string, cookie: string): Promise<string> {
  const submitted = await fetch(`${origin}/api/fal/proxy`, {
    method: "POST",
    headers: {
      cookie,
      "content-type": "application/json",
      "x-fal-target-url": "https://queue.fal.run/fal-ai/minimax-video",
    },
    body: JSON.stringify({ prompt: "first a rocket" }),
  });
  const { generation_id: id } = (await submitted.json()) as { generation_id: string };
  for (;;) {
    const answer = await fetch(`${origin}/api/generations/${id}`, { headers: { cookie } });
    if (((await answer.json()) as { status: string }).status === "done") return id;
    await delay(100);
  }
}

/** Returns the runs whose lease the process holds. */
async function readHeld(records: pg.Pool, pid: number): Promise<string[]> {
  const { rows } = await records.query(
    "select id from generations where lease_holder like $1 and check_at is not null",
    [`%:${pid}:%`],
  );
  return rows.map(({ id }: { id: string }) => id);
}

async function untilTakenOver(records: pg.Pool, ids: string[], pid: number): Promise<number> {
  const startedAt = performance.now();
  while (ids.length > 0 && performance.now() - startedAt < TAKEN_OVER_WITHIN_MS) {
    // Taken over: another server holds it, or has planned the next check, or it has ended.
    const { rows } = await records.query(
      `select count(*)::int as waiting from generations where id = any($1) and check_at <= $2
       and (lease_holder is null or lease_holder like $3)`,
      [ids, Date.now(), `%:${pid}:%`],
    );
    if (rows[0].waiting === 0) break;
    await delay(25);
  }
  return performance.now() - startedAt;
}

async function untilReady(origin: string): Promise<void> {
  while (!(await fetch(`${origin}/api/ready`).catch(() => undefined))?.ok) await delay(50);
}

async function untilQuiet(records: pg.Pool): Promise<Record<string, number>> {
  const until = performance.now() + QUIET_WITHIN_MS;
  for (;;) {
    const { rows } = await records.query(
      "select state::json->>'status' as status, count(*)::int as count from generations group by 1",
    );
    const states = Object.fromEntries(
      rows.map(({ status, count }: { status: string; count: number }) => [status, count]),
    );
    if (Object.keys(states).every((status) => status === "done") || performance.now() > until)
      return states;
    await delay(250);
  }
}
