/** A status call through the whole gate, compared with fal's own route handler in a bare app: `npm run bench:gate`. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { startAppServer } from "../tests/e2e/app-server.ts";
import { startBareProxy } from "./bare-proxy.ts";
import { readWork } from "./processor-time.ts";
import { median } from "./server.ts";

const ROUNDS = 3;
const SECONDS = 3;
const CONNECTIONS = [1, 10, 50];
// The delay of a fal that is near.
const UPSTREAM_DELAY_MS = 5;
const KEY = "bench-key-id:bench-key-secret";
const run = promisify(execFile);

type Headers = Record<string, string>;
type Contestant = { name: string; address: string; headers: Headers; pid: number };
type Measurement = {
  perSecond: number;
  p50: number;
  p99: number;
  /** Processor time in milliseconds. Other programs on the machine affect it less than they affect elapsed time. */
  work: number;
  requests: number;
  calls: number;
};

await using stack = new AsyncDisposableStack();
const upstream = stack.adopt(await startUpstream(), ({ stop }) => stop());
const app = stack.adopt(
  await startAppServer({
    FAL_UPSTREAM: upstream.origin,
    FAL_KEY: KEY,
    ALLOW_PUBLIC: "true",
    BUDGET_USD_PER_DAY: "1000",
    STARTS_PER_MINUTE: "100000000",
    LOG_LEVEL: "silent",
  }),
  (server) => server.stop(),
);
const bare = stack.adopt(await startBareProxy(upstream.origin, KEY), (server) => server.stop());
const cookie = await visit();
const requestUrl = await startRun();

const [cpu] = os.cpus();
console.log(`${os.availableParallelism()} × ${cpu?.model.trim()}, Node ${process.version}`);
console.log(
  `wrk, ${ROUNDS} rounds of ${SECONDS} s in turns, an upstream that answers after ${UPSTREAM_DELAY_MS} ms\n`,
);
await compare("A status", "/status?logs=0");
await compare("A result, which is asked for anew each time", "");

async function compare(title: string, path: string) {
  const direct = requestUrl.replace("https:/", upstream.origin);
  const contestants: [Contestant, Contestant] = [
    {
      name: "the gate",
      address: `${app.origin}/api/fal/proxy`,
      headers: { cookie, "x-fal-target-url": requestUrl + path },
      pid: app.pid(),
    },
    {
      name: "fal's own handler",
      address: `${bare.origin}/api/fal/proxy`,
      headers: { cookie, "x-fal-target-url": direct + path },
      pid: bare.pid(),
    },
  ];
  for (const one of contestants) await requireAnswer(one);
  console.log(title);
  console.log(
    "connections                     a second       p50       p99 processor   calls upstream   ratio",
  );
  for (const connections of CONNECTIONS) {
    const [gate, own] = await measureInTurns(contestants, connections);
    const ratio = (gate.perSecond / own.perSecond).toFixed(2);
    console.log(toRow(connections, contestants[0].name, gate, `${ratio}×`));
    console.log(toRow(connections, contestants[1].name, own, ""));
  }
  console.log();
}

async function measureInTurns([one, other]: [Contestant, Contestant], connections: number) {
  const ours: Measurement[] = [];
  const theirs: Measurement[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await measure(one, connections));
    theirs.push(await measure(other, connections));
  }
  return [summarise(ours), summarise(theirs)] as const;
}

async function measure({ address, headers, pid }: Contestant, connections: number) {
  const callsBefore = upstream.calls();
  const workBefore = await readWork(pid);
  const { stdout } = await run("wrk", [
    ...["-t1", `-c${connections}`, `-d${SECONDS}s`, "--latency"],
    ...Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]),
    address,
  ]);
  if (/Non-2xx/.test(stdout)) throw new Error(`Not every call was answered:\n${stdout}`);
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1]);
  return {
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]),
    p50: readLatency(stdout, "50%"),
    p99: readLatency(stdout, "99%"),
    work: ((await readWork(pid)) - workBefore) / requests,
    requests,
    calls: upstream.calls() - callsBefore,
  };
}

function readLatency(output: string, percentile: string): number {
  const [, value, unit = ""] =
    new RegExp(`^\\s+${percentile}\\s+([\\d.]+)(us|ms|s)\\s*$`, "m").exec(output) ?? [];
  return Number(value) * ({ us: 0.001, ms: 1, s: 1000 }[unit] ?? Number.NaN);
}

function summarise(rounds: Measurement[]): Measurement {
  const of = (key: keyof Measurement) => rounds.map((round) => round[key]);
  const sum = (key: keyof Measurement) => of(key).reduce((total, value) => total + value, 0);
  return {
    perSecond: median(of("perSecond")),
    p50: median(of("p50")),
    p99: median(of("p99")),
    work: median(of("work")),
    requests: sum("requests"),
    calls: sum("calls"),
  };
}

function toRow(connections: number, name: string, found: Measurement, ratio: string): string {
  const { perSecond, p50, p99, work, requests, calls } = found;
  return [
    String(connections).padStart(11),
    name.padEnd(18),
    perSecond.toFixed(0).padStart(8),
    `${p50.toFixed(1)} ms`.padStart(9),
    `${p99.toFixed(1)} ms`.padStart(9),
    `${work.toFixed(2)} ms`.padStart(9),
    `${calls} for ${requests}`.padStart(16),
    ratio.padStart(7),
  ].join(" ");
}

async function visit(): Promise<string> {
  const page = await fetch(`${app.origin}/`);
  return page.headers.getSetCookie()[0]?.split(";")[0] ?? "";
}

async function startRun(): Promise<string> {
  const answer = await fetch(`${app.origin}/api/fal/proxy`, {
    method: "POST",
    headers: {
      cookie,
      "content-type": "application/json",
      "x-fal-target-url": "https://queue.fal.run/fal-ai/minimax-video",
    },
    body: JSON.stringify({ prompt: "a rocket" }),
  });
  const { request_id } = (await answer.json()) as { request_id?: string };
  if (!request_id) throw new Error(`The run was not taken: ${answer.status}`);
  return `https://queue.fal.run/fal-ai/minimax-video/requests/${request_id}`;
}

async function requireAnswer({ name, address, headers }: Contestant) {
  const answer = await fetch(address, { headers });
  const { request_id } = (await answer.json()) as { request_id?: string };
  if (!answer.ok || !request_id) throw new Error(`${name} answered ${answer.status}`);
}

/** Answers every call with the status of a run in progress, as fal does. */
async function startUpstream() {
  let calls = 0;
  const requestId = crypto.randomUUID();
  const body = JSON.stringify({ status: "IN_PROGRESS", request_id: requestId, logs: null });
  const answer = async (response: ServerResponse) => {
    calls += 1;
    await delay(UPSTREAM_DELAY_MS);
    response.writeHead(200, { "content-type": "application/json" }).end(body);
  };
  const server = createServer((request, response) => {
    request.resume();
    void answer(response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: () => calls,
    async stop() {
      server.closeAllConnections();
      await new Promise((settle) => server.close(settle));
    },
  };
}
