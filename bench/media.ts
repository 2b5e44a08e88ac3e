/** Our range route compared with nginx on the same file: `npm run bench:media`. Needs wrk and nginx. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, link, mkdir, mkdtemp, rm, stat, truncate, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { findFreePort } from "../tests/ports.ts";
import { startNginx as startNginxInFront } from "../tests/rolling/nginx.ts";
import { median, startBenchServer } from "./server.ts";

const FILE_BYTES = 64 * 1024 * 1024;
const ROUNDS = 3;
const SECONDS = 4;
const CONNECTIONS = 4;
const ranges = [
  { name: "the whole file, bytes=0-", range: "bytes=0-" },
  { name: "1 MiB out of the middle", range: "bytes=33554432-34603007" },
  { name: "Safari's first look, bytes=0-1", range: "bytes=0-1" },
];
const run = promisify(execFile);

const folder = await mkdtemp(path.join(os.tmpdir(), "bench-media-"));
await using stack = new AsyncDisposableStack();
stack.defer(() => rm(folder, { recursive: true, force: true }));
// In the same file system as the folder of nginx, which serves a hard link to the same file.
const mediaFolder = path.join(folder, "media");
const app = stack.adopt(await startBenchServer({ MEDIA_URL: `file:${mediaFolder}` }), (server) =>
  server.stop(),
);
const file = path.join(mediaFolder, app.generationId, "video.mp4");
await truncate(file, FILE_BYTES);
const nginx = stack.adopt(await startNginx(folder, file), ({ stop }) => stop());

const [cpu] = os.cpus();
console.log(`${os.availableParallelism()} × ${cpu?.model.trim()}, Node ${process.version}`);
console.log(
  `${FILE_BYTES / 1024 ** 2} MiB in the page cache, ${CONNECTIONS} connections, ${ROUNDS} rounds of ${SECONDS} s in turns\n`,
);
const throughNginx = await startBehindNginx();
for (const { name, range } of ranges) {
  const ours: number[] = [];
  const handed: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await measure(`${app.origin}/media/${app.generationId}/video.mp4`, range));
    handed.push(await measure(throughNginx.url, range, throughNginx.cookie));
    theirs.push(await measure(nginx.url, range));
  }
  const ratio = (values: readonly number[]) => (median(values) / median(theirs)).toFixed(2);
  console.log(
    `${name.padEnd(32)} Firstframe ${format(ours)} ${ratio(ours)}×   handed to nginx ${format(handed)} ${ratio(handed)}×   nginx ${format(theirs)}`,
  );
}
console.log(`\nMemory of the server after it: ${await readMemory()} MB`);

/** A server that checks who asks, and an nginx in front that sends the file. */
async function startBehindNginx() {
  const port = await findFreePort("127.0.0.1");
  const origin = `http://localhost:${port}`;
  const mediaFolder = path.join(folder, "handed-over");
  const env = { MEDIA_DELIVERY: "accel", PUBLIC_URL: origin, TRUST_PROXY: "true" };
  const server = stack.adopt(
    await startBenchServer({ ...env, MEDIA_URL: `file:${mediaFolder}` }),
    (server) => server.stop(),
  );
  await truncate(path.join(mediaFolder, server.generationId, "video.mp4"), FILE_BYTES);
  const options = { port, servers: [server.origin], mediaFolder };
  stack.adopt(await startNginxInFront(path.join(folder, "front"), options), ({ stop }) => stop());
  const url = `http://127.0.0.1:${port}/media/${server.generationId}/video.mp4`;
  return { url, cookie: server.headers.cookie };
}

async function measure(url: string, range: string, cookie = app.headers.cookie): Promise<number> {
  const options = [`-t1`, `-c${CONNECTIONS}`, `-d${SECONDS}s`];
  const headers = ["-H", `Range: ${range}`, "-H", `Cookie: ${cookie}`];
  // Prints received bytes and elapsed microseconds, because wrk itself rounds them.
  const script = path.join(folder, "sum.lua");
  await writeFile(
    script,
    'done = function(s) io.write("SUM ", s.bytes, " ", s.duration, " ", s.requests, "\\n") end',
  );
  const { stdout } = await run("wrk", [...options, ...headers, "-s", script, url]);
  const [, bytes = "0", microseconds = "1", requests = "0"] =
    /SUM (\S+) (\S+) (\S+)/.exec(stdout) ?? [];
  const amount = range === "bytes=0-1" ? Number(requests) : Number(bytes);
  return amount / (Number(microseconds) / 1e6);
}

function format(values: readonly number[]): string {
  const middle = median(values);
  return middle > 1e6
    ? `${(middle / 1e6).toFixed(0).padStart(5)} MB/s`
    : `${middle.toFixed(0).padStart(5)} a second`;
}

async function readMemory(): Promise<string> {
  const { stdout } = await run("ps", ["-o", "rss=", "-p", String(app.pid())]);
  return (Number(stdout) / 1024).toFixed(0);
}

async function startNginx(root: string, source: string) {
  const www = path.join(root, "www");
  await mkdir(www);
  await link(source, path.join(www, "video.mp4"));
  // nginx reads the files as another user than the one who starts it.
  for (const readable of [root, www]) await chmod(readable, 0o755);
  await chmod(path.join(www, "video.mp4"), 0o644);
  const port = await findFreePort("127.0.0.1");
  const config = path.join(root, "nginx.conf");
  await writeFile(
    config,
    `daemon off; worker_processes 1; pid ${root}/nginx.pid; error_log ${root}/nginx.log;
    events {}
    http {
      access_log off; sendfile on; tcp_nopush on; types { video/mp4 mp4; }
      server { listen 127.0.0.1:${port}; root ${www}; }
    }`,
  );
  const child = spawn("nginx", ["-c", config], { stdio: "ignore" });
  const url = `http://127.0.0.1:${port}/video.mp4`;
  for (;;) {
    const answer = await fetch(url, { method: "HEAD" }).catch(() => undefined);
    if (answer?.headers.get("content-length") === String((await stat(source)).size)) break;
    await delay(50);
  }
  return {
    url,
    async stop() {
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}
