/**
 * Status requests per second and memory while 1,000 requests wait, compared with a bare server: `npm run bench:queue`.
 */
import { type ChildProcess, execFile, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const WAITING = 1000;
const ROUNDS = 3;
const SECONDS = 4;
const CONNECTIONS = 16;
const headers = { authorization: "Key id:secret" };
const app = "queue.fal.run/fal-ai/minimax-video";
const run = promisify(execFile);

type Contestant = { name: string; url: string; perSecond: number[] };
type Report = { origin?: string; rss?: number };

const [role, argument = ""] = process.argv.slice(2);
if (role === "fal") await serveFal(argument);
else if (role === "bare") await serveBare(argument);
else await main();

async function main() {
  const [cpu] = os.cpus();
  console.log(`${os.availableParallelism()} × ${cpu?.model.trim()}, Node ${process.version}`);
  const dataDir = await mkdtemp(path.join(os.tmpdir(), "bench-queue-"));
  const children: ChildProcess[] = [];
  try {
    const fal = startServer(children, "fal", dataDir);
    const origin = await fal.origin;
    const idleBytes = await fal.readMemory();
    const lastId = await queueRequests(origin);
    const fullBytes = await fal.readMemory();

    const url = `${origin}/${app}/requests/${lastId}/status?logs=0`;
    const answer = await fetch(url, { headers });
    const text = await answer.text();
    const bare = startServer(children, "bare", text);

    const contestants: [Contestant, Contestant] = [
      { name: "Firstframe, status of the last of 1,000", url, perSecond: [] },
      { name: "node:http, the same bytes as a constant", url: await bare.origin, perSecond: [] },
    ];
    const tool = await findTool();
    console.log(
      `${tool.name}, ${CONNECTIONS} connections, ${ROUNDS} rounds in turns, ${SECONDS} s each`,
    );
    console.log(`${answer.status}, ${text.length} bytes: ${text.slice(0, 60)}…\n`);
    // Alternating, so that other programs on the machine slow both equally.
    for (let round = 0; round < ROUNDS; round++) {
      for (const one of contestants) one.perSecond.push(await tool.measure(one.url));
    }
    for (const { name, perSecond } of contestants) {
      const range = `${Math.min(...perSecond).toFixed(0)}–${Math.max(...perSecond).toFixed(0)}`;
      console.log(
        `${name.padEnd(42)}${median(perSecond).toFixed(0).padStart(7)} a second (${range})`,
      );
    }
    const [ours, theirs] = contestants.map(({ perSecond }) => median(perSecond));
    console.log(
      `Firstframe is ${((ours ?? 0) / (theirs ?? 1)).toFixed(2)}× as fast as the bare server`,
    );
    const afterBytes = await fal.readMemory();
    console.log(
      `\nMemory: ${toMb(idleBytes)} with none, ${toMb(fullBytes)} with ${WAITING} waiting, ` +
        `${toMb(afterBytes)} after the calls; the bare server ${toMb(await bare.readMemory())}`,
    );
  } finally {
    for (const child of children) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    await rm(dataDir, { recursive: true });
  }
}

function startServer(children: ChildProcess[], serverRole: string, value: string) {
  const child = fork(import.meta.filename, [serverRole, value]);
  children.push(child);
  const origin = once(child, "message").then(([first]) => (first as Report).origin ?? "");
  return {
    origin,
    async readMemory(): Promise<number> {
      child.send("memory");
      const [report] = (await once(child, "message")) as [Report];
      return report.rss ?? 0;
    },
  };
}

async function queueRequests(origin: string): Promise<string> {
  let last = "";
  for (let n = 0; n < WAITING + 1; n++) {
    const body = JSON.stringify({ prompt: `a rocket, number ${n}` });
    const response = await fetch(`${origin}/${app}`, { method: "POST", headers, body });
    last = ((await response.json()) as { request_id: string }).request_id;
  }
  return last;
}

async function findTool(): Promise<{ name: string; measure(url: string): Promise<number> }> {
  const version = await run("wrk", ["--version"]).catch((error: { stdout?: string }) => error);
  const [name] = /^wrk \S+/.exec(version.stdout ?? "") ?? [];
  return name ? { name, measure: measureWithWrk } : { name: "fetch", measure: measureWithFetch };
}

async function measureWithWrk(url: string): Promise<number> {
  const key = `authorization: ${headers.authorization}`;
  const { stdout } = await run("wrk", ["-t1", `-c${CONNECTIONS}`, `-d${SECONDS}s`, "-H", key, url]);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
}

async function measureWithFetch(url: string): Promise<number> {
  const startedAt = performance.now();
  let count = 0;
  const ask = async () => {
    while (performance.now() - startedAt < SECONDS * 1000) {
      await (await fetch(url, { headers })).text();
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, ask));
  return (count * 1000) / (performance.now() - startedAt);
}

/** One request runs forever, and all others wait behind it. */
async function serveFal(dataDir: string) {
  // Imported here, because the memory of the bare server must not include it.
  const { openLocalFal } = await import("../lib/local-fal/index.ts");
  const fal = await openLocalFal({
    dataDir,
    render: (_job, { signal }) =>
      new Promise((_resolve, reject) => signal?.addEventListener("abort", reject)),
  });
  report({ origin: (await fal.listen({ port: 0 })).origin });
}

async function serveBare(text: string) {
  const server = createServer((_request, response) => {
    response.writeHead(202, { "content-type": "application/json" }).end(text);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  report({ origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` });
}

function report(first: Report) {
  process.on("message", () => process.send?.({ rss: process.memoryUsage.rss() } satisfies Report));
  process.send?.(first);
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function toMb(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MB`;
}
