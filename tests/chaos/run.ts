import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Generation, isSettled } from "../../lib/generation.ts";
import { type AppServer, startAppServer } from "../e2e/app-server.ts";
import { type Click, expectedOf, makeClicks, sendClick } from "./clicks.ts";
import { openStorage, type StorageKind } from "./storage.ts";
import { type ChaosUpstream, readTag, startChaosUpstream } from "./upstream.ts";

export type ChaosOptions = {
  storage: StorageKind;
  servers: number;
  clicks: number;
  kills: number;
  onProgress(text: string): void;
};

export type ChaosReport = {
  clicks: number;
  kills: number;
  /** Clicks by how often the upstream was asked for them. */
  attempts: Record<string, number>;
  records: number;
  /** Generations by their last state. */
  states: Record<string, number>;
  /** Those that nobody could tell of, by why. */
  unconfirmed: Record<string, number>;
  /** What must not be: each a sentence. */
  faults: string[];
};

const AT_ONCE = 6;
const QUIET_WITHIN_MS = 180_000;

/** Clicks, kills servers at random moments, waits until all is quiet, and counts. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const folder = await mkdtemp(join(tmpdir(), "firstframe-chaos-"));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const upstream = stack.adopt(await startChaosUpstream(folder), (upstream) => upstream.close());
  const storage = stack.adopt(await openStorage(options.storage, folder), (it) => it.close());
  const env = (origin: string) => ({
    ...storage.env,
    PUBLIC_URL: origin,
    FAL_UPSTREAM: upstream.origin,
    SESSION_SECRET: "chaos ".repeat(8),
    // One owner clicks as fast as a hundred.
    STARTS_PER_MINUTE: "100000",
    LOG_LEVEL: "silent",
  });
  const servers: AppServer[] = [];
  for (let index = 0; index < options.servers; index++) {
    servers.push(stack.adopt(await startAppServer(env), (server) => server.stop()));
  }

  const cookie = await openSession(servers[0]);
  const clicks = makeClicks(options.clicks);
  const progress = { sent: 0, killed: 0 };
  const tell = () =>
    options.onProgress(
      `${progress.sent} of ${clicks.length} clicks answered, ${progress.killed} servers killed`,
    );
  await Promise.all([
    clickAll(clicks, servers, cookie, () => {
      progress.sent++;
      tell();
    }),
    killAll(servers, options.kills, () => {
      progress.killed++;
      tell();
    }),
  ]);

  const generations = await untilQuiet(servers, cookie, clicks, upstream, options.onProgress);
  // Awaited here: the servers are stopped as this returns.
  return await judge(options, clicks, generations, upstream, async (id) => {
    const path = `/media/${id}/video.mp4`;
    const answer = await ask(`${servers[0]?.origin}${path}`, cookie);
    return Buffer.from(await answer.arrayBuffer());
  });
}

async function clickAll(
  clicks: readonly Click[],
  servers: readonly AppServer[],
  cookie: string,
  onAnswered: () => void,
) {
  const waiting = [...clicks];
  const send = async () => {
    for (let click = waiting.shift(); click; click = waiting.shift()) {
      await delay(Math.random() * 600);
      await sendClick(click, () => pick(servers).origin, cookie);
      onAnswered();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, send));
}

async function killAll(servers: readonly AppServer[], kills: number, onKilled: () => void) {
  for (let count = 0; count < kills; count++) {
    await delay(200 + Math.random() * 1500);
    const server = pick(servers);
    await server.kill();
    onKilled();
    await delay(Math.random() * 500);
    await server.restart();
  }
}

/** Until nothing is active, and every run that the upstream took and reports has been found again. */
async function untilQuiet(
  servers: readonly AppServer[],
  cookie: string,
  clicks: readonly Click[],
  upstream: ChaosUpstream,
  onProgress: (text: string) => void,
): Promise<Generation[]> {
  const isReported = new Map(
    clicks.map((click) => [click.tag, !expectedOf(click).includes("unconfirmed")]),
  );
  const deadline = Date.now() + QUIET_WITHIN_MS;
  for (;;) {
    const generations = await readLibrary(servers[0], cookie);
    const taken = await upstream.countTaken();
    const active = generations.filter((generation) => !isSettled(generation));
    const lost = generations.filter(({ status, input }) => {
      const tag = readTag(input.prompt);
      return status === "unconfirmed" && taken.has(tag) && isReported.get(tag);
    });
    onProgress(`${active.length} still active, ${lost.length} still looked for`);
    if (active.length + lost.length === 0 || Date.now() > deadline) return generations;
    await delay(1000);
  }
}

async function judge(
  { kills }: ChaosOptions,
  clicks: readonly Click[],
  generations: readonly Generation[],
  upstream: ChaosUpstream,
  download: (id: string) => Promise<Buffer>,
): Promise<ChaosReport> {
  const faults: string[] = [];
  const taken = await upstream.countTaken();
  const byTag = Map.groupBy(generations, ({ input }) => readTag(input.prompt));
  for (const click of clicks) {
    const { tag, fault } = click;
    const complain = (text: string) => faults.push(`${tag} (${fault}): ${text}`);
    const [generation, ...others] = byTag.get(tag) ?? [];
    const timesTaken = taken.get(tag) ?? 0;
    const attempts = upstream.attempts.get(tag) ?? 0;
    if (!generation || others.length > 0) complain(`${others.length + 1} records`);
    if (timesTaken > 1) complain(`taken ${timesTaken} times upstream`);
    // Only a 429 says for certain that another try is none too many.
    if (attempts > (fault === "submit answered 429" ? 2 : 1)) complain(`sent ${attempts} times`);
    if (!generation) continue;

    const { status } = generation;
    if (!isSettled(generation)) complain(`still ${status}`);
    if (status === "refused") complain("refused, though it was tried until it was not");
    if (timesTaken === 1 && !(expectedOf(click) as readonly string[]).includes(status))
      complain(`taken upstream, and ${status} here${reasonOf(generation)}`);
    if (timesTaken === 0 && status !== "unconfirmed")
      complain(`never taken upstream, yet ${status}`);
    if (
      status === "done" &&
      !upstream.video.equals((await download(generation.id)).subarray(0, upstream.video.length))
    )
      complain("its bytes are not the video's");
  }
  return {
    clicks: clicks.length,
    kills,
    attempts: countBy(clicks.map(({ tag }) => String(upstream.attempts.get(tag) ?? 0))),
    records: generations.length,
    states: countBy(generations.map(({ status }) => status)),
    unconfirmed: countBy(
      generations
        .filter(({ status }) => status === "unconfirmed")
        .map(({ input }) =>
          taken.has(readTag(input.prompt))
            ? "answer lost and no webhook ever sent"
            : "never taken upstream",
        ),
    ),
    faults,
  };
}

function reasonOf(generation: Generation): string {
  return "problem" in generation && generation.problem ? `: ${generation.problem.code}` : "";
}

async function openSession(server: AppServer | undefined): Promise<string> {
  const page = await fetch(`${server?.origin}/`);
  await page.body?.cancel();
  return page.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}

async function readLibrary(server: AppServer | undefined, cookie: string): Promise<Generation[]> {
  const all: Generation[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const query: string = cursor ? `&cursor=${cursor}` : "";
    const answer = await ask(`${server?.origin}/api/generations?limit=100${query}`, cookie);
    const page = (await answer.json()) as { items: Generation[]; nextCursor: string | null };
    all.push(...page.items);
    cursor = page.nextCursor;
  }
  return all;
}

// The first try may take a connection that was kept open to a server that has been killed since.
async function ask(url: string, cookie: string): Promise<Response> {
  const headers = { cookie };
  return fetch(url, { headers }).catch(() => fetch(url, { headers }));
}

function pick<T>(from: readonly T[]): T {
  return from[Math.floor(Math.random() * from.length)] as T;
}

function countBy(values: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    [...Map.groupBy(values, (value) => value)].map(([value, { length }]) => [value, length]),
  );
}
