import "server-only";
import { setImmediate } from "node:timers/promises";
import { goThroughProxies } from "@/lib/net/outbound-proxy";
import { closeOnSignal } from "./close";
import type { Database } from "./database/database";
import { type Env, parseEnv } from "./env";
import { releaseLeasesOfTheDead } from "./generations/records/leases";
import { fillEntries } from "./generations/search/entries";
import { createWatcher } from "./generations/watch/watcher";
import { joinServers } from "./join-servers";
import { followOtherServers } from "./library/events/other-servers";
import { createEraser } from "./library/removals/eraser";
import { getLog, logConsoleOutput } from "./log";
import { makeFilesPrivate } from "./process/file-modes";
import { vitalSigns } from "./process/vital-signs";
import { completeAnswers } from "./requests/complete-answers";
import { guardRequests } from "./requests/guard";
import { readLimits } from "./retention/stored";
import { createSweeper } from "./retention/sweeper";
import { getServices, type Services } from "./services";
import { followRevocations } from "./sessions/revoked-sessions";
import { startTracing } from "./traces/start-tracing";
import { VERSION } from "./version";

/** Checks the environment and continues what the last process left unfinished. Ends the process if it cannot. */
export async function startServer(): Promise<void> {
  try {
    const env = parseEnv(process.env);
    const { NODE_ENV, DATABASE_URL, DATABASE_DIRECT_URL } = env;
    await makeFilesPrivate(env);
    goThroughProxies();
    completeAnswers();
    guardRequests();
    if (NODE_ENV === "production") vitalSigns().phase = "starting";
    if (env.OTEL_EXPORTER_OTLP_ENDPOINT) await startTracing();
    const services = await getServices();
    await followRevocations(services.db);
    if (services.db.kind === "postgres")
      followOtherServers(services, DATABASE_DIRECT_URL ?? DATABASE_URL);
    await releaseLeasesOfTheDead(services);
    await joinServers(services);
    const workers = env.WORKER === "off" ? [] : createWorkers(services, env);
    for (const worker of workers) worker.start();
    void makeSearchable(services.db);
    refreshPricesRegularly(services);
    if (NODE_ENV === "production") {
      logConsoleOutput();
      closeOnSignal(services, workers);
      vitalSigns().phase = "running";
      announceReady(env);
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}

/** Everything that works without being asked. */
function createWorkers(services: Services, env: Env) {
  const limits = readLimits(env);
  return [
    createWatcher(services),
    createEraser(services),
    ...(limits ? [createSweeper(services, limits)] : []),
  ];
}

/** Says that the server is ready: to a person at a terminal in words, else as a line of the log. */
function announceReady({ HOST, PORT }: Env): void {
  const isOwnName = ["127.0.0.1", "0.0.0.0", "::", "::1"].includes(HOST);
  const url = `http://${isOwnName ? "localhost" : HOST}:${PORT}`;
  if (process.stdout.isTTY) process.stdout.write(`\n  Firstframe ${VERSION} is open at ${url}\n\n`);
  else getLog().info({ version: VERSION, node: process.version, host: HOST, url }, "ready");
}

/** Makes searchable what an earlier version has recorded. A search finds only a part of it until this is done. */
async function makeSearchable(db: Database): Promise<void> {
  try {
    while (await fillEntries(db)) await setImmediate();
  } catch (error) {
    getLog().warn(
      { err: error },
      "older videos could not be made searchable; the next start tries again",
    );
  }
}

const PRICES_ASKED_EVERY_MS = 6 * 60 * 60_000;

/** Asks fal for its current prices if there is a key. Until fal answers, the prices of the catalogue apply. */
function refreshPricesRegularly({ prices, upstream }: Services): void {
  if (upstream.kind === "local") return;
  const refresh = () =>
    prices.refresh().catch((error: unknown) => {
      getLog().warn({ reason: String(error) }, "the prices of the catalogue are used");
    });
  void refresh();
  setInterval(refresh, PRICES_ASKED_EVERY_MS).unref();
}
