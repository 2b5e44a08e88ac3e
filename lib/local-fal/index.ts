import { mkdir, rm } from "node:fs/promises";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { serve } from "@hono/node-server";
import { createApp } from "./app.ts";
import { runAttempts } from "./attempts.ts";
import { type Clock, systemClock } from "./clock.ts";
import { queueDelayOf } from "./faults.ts";
import { type CallEnv, runWithFault, withFaults } from "./faults-host.ts";
import type { Scenario } from "./faults-scenario.ts";
import { openFileStore } from "./files.ts";
import { lockDirectory } from "./lock.ts";
import { openMultipartStore } from "./multipart.ts";
import { type Job, openQueue } from "./queue.ts";
import { render as renderVideo } from "./render/render.ts";
import { openRequestStore } from "./request-store.ts";
import { type Render, type ReportError, runJob } from "./run-job.ts";
import { startSweep } from "./sweep.ts";
import { openTokens } from "./tokens.ts";
import { MAX_MULTIPART_BYTES, MAX_UPLOAD_BYTES } from "./upload-host.ts";
import { openWebhookKey } from "./webhook-key.ts";
import { openWebhooks } from "./webhooks.ts";

export type LocalFalOptions = {
  dataDir: string;
  /** How many requests run at the same time. Default: 1. */
  concurrency?: number;
  /** How many requests may wait. The local fal answers more with 429. Default: 2,000. */
  maxWaiting?: number;
  clock?: Clock;
  render?: Render;
  /** Lets callers ask for failures (docs/local-fal.md). A scenario also applies them to callers who do not ask. */
  faults?: boolean | { scenario: Scenario };
  /** For development: accepts pictures and webhooks on loopback and private addresses, which fal refuses. */
  allowPrivateHosts?: boolean;
  /** Receives failures of the local fal itself, not mistakes of a caller. Default: the console. */
  reportError?: ReportError;
};

export type LocalFal = {
  /** Answers a call to `https://HOST/PATH` whose URL was changed to `/HOST/PATH` at any origin. */
  fetch(request: Request): Promise<Response>;
  /** With `secret`, the server answers only under `/SECRET`, and the returned origin ends with it. */
  listen(options: { port: number; host?: string; secret?: string }): Promise<Listener>;
  /** Stops rendering. Unfinished requests stay on disk, and the next start resumes them. */
  close(): Promise<void>;
};

export type Listener = { origin: string; server: Server; close(): Promise<void> };

// fal's own queue has no end. Here each waiting request is a folder on the disk, which the next start reads. A video takes
// seconds, so the last of this many waits for hours.
const MAX_WAITING = 2_000;

/** Opens a local fal on a directory of its own. Throws if another process has the directory open. */
export async function openLocalFal({
  dataDir,
  concurrency = 1,
  maxWaiting = MAX_WAITING,
  clock = systemClock,
  render = renderVideo,
  faults = false,
  allowPrivateHosts = false,
  reportError = (message, error) => console.error(`${message}:`, error),
}: LocalFalOptions): Promise<LocalFal> {
  await mkdir(dataDir, { recursive: true });
  const unlock = await lockDirectory(dataDir);
  try {
    const scratchDir = join(dataDir, "scratch");
    await rm(scratchDir, { recursive: true, force: true });
    await mkdir(scratchDir);

    const files = await openFileStore(join(dataDir, "files"), clock.now);
    const multipart = await openMultipartStore(join(dataDir, "parts"), files, {
      maxPartBytes: MAX_UPLOAD_BYTES,
      maxBytes: MAX_MULTIPART_BYTES,
    });
    const tokens = await openTokens(dataDir, clock.now);
    const store = await openRequestStore(join(dataDir, "requests"));
    const key = await openWebhookKey(join(dataDir, "webhook-key.json"));
    const webhooks = await openWebhooks({ store, key, clock, allowPrivateHosts, reportError });
    const runModel = (job: Job) =>
      runJob(job, { files, scratchDir, render, allowPrivateHosts, reportError });
    const queue = await openQueue({
      store,
      concurrency,
      maxWaiting,
      clock,
      reportError,
      onCompleted: webhooks.send,
      ...(faults && { queueDelayOf }),
      run: (job) =>
        runAttempts(job, clock, () => (faults ? runWithFault(job, runModel) : runModel(job))),
    });
    const app = createApp({ queue, key, files, multipart, tokens, clock, reportError });
    const answer = async (request: Request, env: CallEnv = {}) => app.fetch(request, env);
    const scenario = typeof faults === "object" ? faults.scenario : [];
    const fetch: Fetch = faults ? withFaults(answer, queue, scenario) : answer;
    const removeStale = async () => {
      await store.removeExpired(clock.now());
      await files.removeStale();
      await multipart.removeStale();
    };
    const stopSweep = startSweep(clock, removeStale, reportError);
    const listeners: Listener[] = [];
    let closed: Promise<void> | undefined;

    return {
      fetch,
      async listen({ port, host = "127.0.0.1", secret }) {
        const listener = await startServer(fetch, { port, host, secret });
        listeners.push(listener);
        return listener;
      },
      close() {
        closed ??= (async () => {
          await queue.close();
          await webhooks.close();
          await stopSweep();
          await Promise.all(listeners.map((listener) => listener.close()));
          await unlock();
        })();
        return closed;
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

type Fetch = (request: Request, env?: CallEnv) => Promise<Response>;

type Listening = { port: number; host: string; secret?: string };

function startServer(answer: Fetch, { port, host, secret }: Listening): Promise<Listener> {
  const fetch = secret ? answerUnder(`/${secret}`, answer) : answer;
  return new Promise((resolve, reject) => {
    // Without `overrideGlobalObjects: false`, Hono's server would replace Request and Response in the whole process.
    const options = { fetch, port, hostname: host, overrideGlobalObjects: false };
    const server = serve(options, (address: AddressInfo) => {
      const name = address.family === "IPv6" ? `[${address.address}]` : address.address;
      const origin = `http://${name}:${address.port}${secret ? `/${secret}` : ""}`;
      resolve({ origin, server, close: () => stopServer(server) });
    }) as Server;
    server.once("error", reject);
  });
}

/** Other accounts of this machine can reach the port too, but they do not know the prefix. */
function answerUnder(prefix: string, answer: Fetch): Fetch {
  return async (request, env) => {
    const url = new URL(request.url);
    if (!url.pathname.startsWith(`${prefix}/`)) return new Response(null, { status: 404 });
    const publicBase = request.headers.get("x-fal-public-base") ?? `${url.origin}${prefix}`;
    url.pathname = url.pathname.slice(prefix.length);
    const inner = new Request(url, request);
    inner.headers.set("x-fal-public-base", publicBase);
    return answer(inner, env);
  };
}

function stopServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
