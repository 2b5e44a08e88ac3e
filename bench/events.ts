/**
 * Times a run's change of state to its event in a client and to its place in a page, with one server and with two:
 * `npm run bench:events`.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { chromium, type Page } from "playwright";
import { browserArgs, requireBrowser } from "../scripts/browser.ts";
import { startAppServer } from "../tests/e2e/app-server.ts";
import { startPostgres } from "../tests/postgres.ts";
import { median, quantile } from "./server.ts";

const RUNS = 60;
const PAGE_RUNS = 20;
const AIM_MS = 300;

await using stack = new AsyncDisposableStack();
const upstream = stack.adopt(await startUpstream(), ({ stop }) => stop());
const env = {
  FAL_UPSTREAM: upstream.origin,
  SESSION_SECRET: "a secret that both of the servers know",
  // As behind one gateway. The name of the session's cookie depends on it.
  PUBLIC_URL: "http://studio.localhost",
  STARTS_PER_MINUTE: "100000",
  WAITING_PER_OWNER: "10000",
  LOG_LEVEL: "silent",
};

const executablePath = await requireBrowser(() => {});
const browser = stack.adopt(await chromium.launch({ executablePath, args: browserArgs }), (one) =>
  one.close(),
);

console.log(
  `${RUNS} runs to the event and ${PAGE_RUNS} to the page, from the upstream's answer, which the server then records\n`,
);
const alone = stack.adopt(await startAppServer(env), (server) => server.stop());
await measureBoth("one server on SQLite", alone.origin, alone.origin);

const postgres = stack.adopt(await startPostgres(), (cluster) => cluster.stop());
const shared = { ...env, DATABASE_URL: await postgres.createDatabase("firstframe") };
const one = stack.adopt(await startAppServer(shared), (server) => server.stop());
const other = stack.adopt(await startAppServer(shared), (server) => server.stop());
await measureBoth("one server on Postgres", one.origin, one.origin);
await measureBoth("two servers on Postgres", one.origin, other.origin);

async function measureBoth(title: string, submitTo: string, readFrom: string): Promise<void> {
  print(`${title}, to the event`, await measure(submitTo, readFrom));
  print(`${title}, to the page`, await measurePage(submitTo, readFrom));
}

function print(title: string, times: number[]): void {
  const [middle, slow] = [median(times), quantile(times, 0.95)];
  const verdict = middle < AIM_MS ? "under" : "NOT under";
  console.log(
    `${title.padEnd(38)} median ${middle.toFixed(1)} ms, 95% ${slow.toFixed(1)} ms (${verdict} ${AIM_MS} ms)`,
  );
}

/** Submits to one server and reads the events from another. Returns the time to the event for each run. */
async function measure(submitTo: string, readFrom: string): Promise<number[]> {
  const page = await fetch(`${submitTo}/`);
  const cookie = page.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const left = new AbortController();
  const stream = await fetch(`${readFrom}/api/generations/events`, {
    headers: { cookie },
    signal: left.signal,
  });
  const queued = readQueued(stream);
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const click = crypto.randomUUID();
    await submit(submitTo, cookie, click);
    while ((await queued.next()).value !== click);
    times.push(performance.now() - upstream.answeredAt());
  }
  left.abort();
  return times;
}

/** Submits to one server while a page of another is open. Returns the time until the page shows it in line, for each run. */
async function measurePage(submitTo: string, readFrom: string): Promise<number[]> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(`${readFrom}/`);
    const [session] = await context.cookies(readFrom);
    const cookie = `${session?.name}=${session?.value}`;
    // A page without runs opens no stream of events.
    await submit(submitTo, cookie, crypto.randomUUID());
    const stream = page.waitForResponse((answer) => answer.url().endsWith("/events"));
    await page.reload();
    await Promise.all([stream, untilInLine(page, 1)]);
    const times: number[] = [];
    for (let run = 1; run <= PAGE_RUNS; run++) {
      const shown = untilInLine(page, run + 1);
      await submit(submitTo, cookie, crypto.randomUUID());
      times.push((await shown) - (Date.now() - (performance.now() - upstream.answeredAt())));
    }
    return times;
  } finally {
    await context.close();
  }
}

/** Resolves with the time, in milliseconds since 1970, at which the page's library shows `count` runs in line. */
function untilInLine(page: Page, count: number): Promise<number> {
  return page.evaluate(
    (count) =>
      new Promise<number>((resolve) => {
        const observer = new MutationObserver(check);
        function check() {
          const list = document.querySelector('[aria-label="Library"]');
          const waiting = list?.textContent.match(/in line/gi) ?? [];
          if (waiting.length < count) return;
          observer.disconnect();
          resolve(Date.now());
        }
        observer.observe(document.body, { childList: true, characterData: true, subtree: true });
        check();
      }),
    count,
  );
}

async function submit(origin: string, cookie: string, click: string): Promise<void> {
  const answer = await fetch(`${origin}/api/fal/proxy`, {
    method: "POST",
    headers: {
      cookie,
      "content-type": "application/json",
      "x-fal-target-url": "https://queue.fal.run/fal-ai/minimax-video",
      "x-idempotency-key": click,
    },
    body: JSON.stringify({ prompt: "a rocket" }),
  });
  if (!answer.ok) throw new Error(`The submit was answered ${answer.status}`);
  await answer.arrayBuffer();
}

/** Yields the click of each run when it is in line. */
async function* readQueued({ body, status }: Response): AsyncGenerator<string> {
  if (!body || status !== 200) throw new Error(`The stream was answered ${status}`);
  let text = "";
  for await (const part of body.pipeThrough(new TextDecoderStream())) {
    text += part;
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const data = /^data: (.*)$/m.exec(block)?.[1];
      const generation = data ? (JSON.parse(data) as { status?: string; click?: string }) : {};
      if (generation.status === "queued" && generation.click) yield generation.click;
    }
  }
}

/** Starts an upstream that accepts every run and starts none of them. */
async function startUpstream() {
  let answeredAt = 0;
  const server = createServer((request, response) => {
    request.resume();
    const isSubmit = request.method === "POST";
    if (!isSubmit && request.url?.includes("/status/stream")) {
      response.writeHead(404, { "content-type": "application/json" }).end("{}");
      return;
    }
    const body = { status: "IN_QUEUE", queue_position: 0, request_id: crypto.randomUUID() };
    if (isSubmit) answeredAt = performance.now();
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answeredAt: () => answeredAt,
    async stop() {
      server.closeAllConnections();
      await new Promise((settle) => server.close(settle));
    },
  };
}
