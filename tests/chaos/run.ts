import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Generation, isSettled } from "../../lib/generation.ts";
import { type AppServer, startAppServer } from "../e2e/app-server.ts";
import { type Click, expectedOf, makeClicks, sendClick } from "./clicks.ts";
import { type Gateway, hasNginx, openGateway } from "./gateway.ts";
import { clickInPages, type PageClick } from "./page-clicks.ts";
import { makeRandom } from "./random.ts";
import { readUnsentUnconfirmed } from "./records.ts";
import { openStorage, type StorageKind } from "./storage.ts";
import { type LineCounts, openTornLine } from "./torn-line.ts";
import { type ChaosUpstream, readTag, startChaosUpstream } from "./upstream.ts";

export type ChaosOptions = {
  storage: StorageKind;
  servers: number;
  clicks: number;
  kills: number;
  /** Visitors who press buttons in a real browser meanwhile. */
  visitors: number;
  seed: number;
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
  /** Whether nginx stood in front, and how often it was killed. */
  gateway: { isNginx: boolean; kills: number };
  line: LineCounts;
  pages: { visitors: number; pressed: number; taken: number };
  /** What must not be: each a sentence. */
  faults: string[];
};

const AT_ONCE = 6;
const VISITORS_STAY_MS = 10_000;
const QUIET_WITHIN_MS = 180_000;

/** Clicks, kills servers at random moments, waits until all is quiet, and counts. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const folder = await mkdtemp(join(tmpdir(), "firstframe-chaos-"));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const upstream = stack.adopt(await startChaosUpstream(folder), (upstream) => upstream.close());
  const storage = stack.adopt(await openStorage(options.storage, folder), (it) => it.close());
  const random = makeRandom(options.seed);
  const line = stack.adopt(await openTornLine(upstream.origin, folder, random), (it) => it.close());
  const isNginx = hasNginx();
  const front = stack.adopt(await openGateway(folder), (it) => it.close());
  const env = (origin: string) => ({
    ...storage.env,
    // Without nginx there is one server to go to, and its own address is that of all.
    PUBLIC_URL: isNginx ? front.origin : origin,
    TRUST_PROXY: String(isNginx),
    FAL_UPSTREAM: line.origin,
    NODE_EXTRA_CA_CERTS: line.certificate,
    // Each life of a server has a clock of its own, hours off; several servers share one. A smaller step would only have
    // a planned look wait for it, ten minutes at most.
    NODE_OPTIONS: options.servers === 1 ? `--import=${SHIFTED_CLOCK}` : "",
    CHAOS_CLOCK_OFFSET_MS: String(Math.round((random() - 0.5) * 6) * 3_600_000),
    SESSION_SECRET: "chaos ".repeat(8),
    // One owner clicks as fast as a hundred.
    STARTS_PER_MINUTE: "100000",
    LOG_LEVEL: "silent",
  });
  const servers: AppServer[] = [];
  for (let index = 0; index < options.servers; index++) {
    servers.push(stack.adopt(await startAppServer(env), (server) => server.stop()));
  }

  const origins = servers.map(({ origin }) => origin);
  const gateway = isNginx ? await front.start(origins) : undefined;
  const where = () => gateway?.origin ?? pick(servers).origin;
  const cookie = await openSession(where());
  const clicks = makeClicks(options.clicks);
  const progress = { sent: 0, killed: 0 };
  let isOver = false;
  const tags = Array.from({ length: options.visitors }, (_, index) => `visitor-${index}`);
  const visits = tags.length > 0 ? clickInPages(where(), tags, () => isOver) : Promise.resolve([]);
  let gatewayKills = 0;
  const tell = () =>
    options.onProgress(
      `${progress.sent} of ${clicks.length} clicks answered, ${progress.killed} servers killed`,
    );
  await Promise.all([
    clickAll(clicks, where, cookie, () => {
      progress.sent++;
      tell();
    }),
    killAll(servers, options.kills, () => {
      progress.killed++;
      tell();
    }),
    gateway && killGateway(gateway, Math.ceil(options.kills / 4), () => gatewayKills++),
  ]);

  const generations = await untilQuiet(where(), cookie, clicks, upstream, options.onProgress);
  // Whoever came late, or waits for an answer, has time to see it.
  if (tags.length > 0) await delay(VISITORS_STAY_MS);
  isOver = true;
  const pages = await visits;
  // Awaited here: the servers are stopped as this returns.
  const report = await judge(options, clicks, generations, upstream, async (id) => {
    const answer = await ask(`${where()}/media/${id}/video.mp4`, cookie);
    return Buffer.from(await answer.arrayBuffer());
  });
  const taken = await upstream.countTaken();
  const unsent = await readUnsentUnconfirmed(storage.env.DATABASE_URL ?? "");
  return {
    ...report,
    faults: [
      ...report.faults,
      ...judgePages(pages, taken),
      ...unsent.map((prompt) => `${readTag(prompt)}: certainly never sent, yet unconfirmed`),
    ],
    gateway: { isNginx, kills: gatewayKills },
    line: line.counts,
    pages: {
      visitors: pages.length,
      pressed: pages.reduce((sum, { pressed }) => sum + pressed, 0),
      taken: pages.filter(({ tag }) => taken.has(tag)).length,
    },
  };
}

const SHIFTED_CLOCK = join(import.meta.dirname, "shifted-clock.mjs");

/** What a visitor was told, and what they paid. */
function judgePages(pages: readonly PageClick[], taken: ReadonlyMap<string, number>): string[] {
  return pages.flatMap(({ tag, pressed, said }) => {
    const times = taken.get(tag) ?? 0;
    const isCalledFree = [...said].some((sentence) => sentence.includes("not charged"));
    return [
      ...(times > 1 ? [`${tag}: paid ${times} times by ${pressed} presses in the page`] : []),
      ...(times > 0 && pressed === 1 && isCalledFree
        ? [`${tag}: taken, and the page said: ${[...said].join(" / ")}`]
        : []),
    ];
  });
}

async function killGateway(gateway: Gateway, kills: number, onKilled: () => void) {
  for (let count = 0; count < kills; count++) {
    await delay(1_000 + Math.random() * 3_000);
    await gateway.kill();
    onKilled();
    await delay(Math.random() * 600);
    await gateway.restart();
  }
}

async function clickAll(
  clicks: readonly Click[],
  where: () => string,
  cookie: string,
  onAnswered: () => void,
) {
  const waiting = [...clicks];
  const send = async () => {
    for (let click = waiting.shift(); click; click = waiting.shift()) {
      await delay(Math.random() * 600);
      await sendClick(click, where, cookie);
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
  origin: string,
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
    const generations = await readLibrary(origin, cookie);
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
): Promise<Omit<ChaosReport, "gateway" | "line" | "pages">> {
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
      complain(`never taken upstream, yet ${status}${reasonOf(generation)}`);
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

async function openSession(origin: string): Promise<string> {
  const page = await fetch(`${origin}/`);
  await page.body?.cancel();
  return page.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}

async function readLibrary(origin: string, cookie: string): Promise<Generation[]> {
  const all: Generation[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const query: string = cursor ? `&cursor=${cursor}` : "";
    const answer = await ask(`${origin}/api/generations?limit=100${query}`, cookie);
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
