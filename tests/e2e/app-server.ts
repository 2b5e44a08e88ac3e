import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { glob, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import Database from "better-sqlite3";
import { findFreePort } from "../ports.ts";
import { findImageCommand } from "./in-image.ts";

export type Environment = Record<string, string>;

/** The built app on a port and a data folder of its own. */
export type AppServer = {
  origin: string;
  dataDir: string;
  /** The process id since the last start. */
  pid: () => number;
  /** Everything it has printed, over all restarts. */
  output: () => string;
  /** Like `kill -9`: no handler runs, and nothing is flushed. */
  kill: () => Promise<void>;
  /** Like `docker stop`: sends SIGTERM. Returns the exit code. */
  terminate: () => Promise<number | null>;
  /** Starts it again after `kill`, on the same port and data. */
  restart: () => Promise<void>;
  /** Deletes all videos and pictures of its local fal, as fal does after the promised days. */
  removeProviderFiles: () => Promise<void>;
  /** Makes the library look like that of an older version, which made no thumbnails. */
  removeThumbnails: () => Promise<void>;
  /** Makes everything in the library as much older, as if that time had passed. */
  makeOlder: (milliseconds: number) => void;
  /** Stops it and deletes its data. */
  stop: () => Promise<void>;
};

const root = resolve(import.meta.dirname, "../..");
const program = join(root, "server.js");
const READY_WITHIN_MS = 30_000;

// Empty rather than absent, because Next would fill absent variables from the developer's `.env.local`, and a real
// FAL_KEY there would pay for every test.
const cleared: Environment = Object.fromEntries(
  ["FAL_KEY", "FAL_UPSTREAM", "PUBLIC_URL", "ALLOW_PUBLIC", "TRUST_PROXY", "SESSION_SECRET"]
    .concat(["ACCESS_PASSWORD", "FAL_WEBHOOK_JWKS_URL", "LOCAL_FAL_CONCURRENCY", "LOG_LEVEL"])
    .concat(["ALLOW_OWN_KEY", "BUDGET_USD_PER_DAY", "BUDGET_USD_PER_OWNER_PER_DAY"])
    .concat([
      "MODEL_PRICES_USD",
      "STARTS_PER_MINUTE",
      "UPLOAD_MB_PER_DAY",
      "WAITING_PER_OWNER",
      "LOG_PROMPTS",
      "ALLOWED_HOSTS",
      "HOST",
      "MEDIA_DELIVERY",
      "WORKER",
      "METRICS_TOKEN",
      "KEEP_DAYS",
      "MEDIA_QUOTA_GB",
      "MEDIA_QUOTA_GB_PER_OWNER",
      "OTEL_EXPORTER_OTLP_ENDPOINT",
    ])
    .concat(["DATABASE_DIRECT_URL", "DATABASE_POOL_SIZE", "DATABASE_TIMEOUT_MS"])
    .concat(["HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy", "NO_PROXY", "no_proxy"])
    .map((name) => [name, ""]),
);

const alive = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of alive) killGroup(child);
});

/** Starts the built app (run `npm run build` first). It uses the local fal unless `env` says otherwise. */
export async function startAppServer(
  env: Environment | ((origin: string) => Environment) = {},
): Promise<AppServer> {
  const dataDir = await mkdtemp(join(tmpdir(), "firstframe-e2e-"));
  const printed: string[] = [];
  // Chosen before the start, because the app's environment may contain its own address.
  const origin = `http://localhost:${await findFreePort()}`;
  const launch = () => {
    const DATABASE_URL = `file:${join(dataDir, "firstframe.db")}`;
    const MEDIA_URL = `file:${join(dataDir, "media")}`;
    const own = { ...cleared, DATABASE_URL, MEDIA_URL };
    return spawnServer(
      { ...own, ...(typeof env === "function" ? env(origin) : env) },
      dataDir,
      origin,
      printed,
    );
  };

  let child = launch();
  await waitForAnswer(child, origin, printed);

  return {
    ...{ origin, dataDir },
    pid: () => child.pid ?? 0,
    output: () => printed.join(""),
    kill: () => end(child),
    terminate: async () => {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      const [exitCode] = (await ended) as [number | null];
      return exitCode;
    },
    restart: async () => {
      child = launch();
      await waitForAnswer(child, origin, printed);
    },
    removeProviderFiles: () => rm(join(dataDir, "local-fal", "files"), { recursive: true }),
    removeThumbnails: async () => {
      const found = glob("media/*/thumbnail.jpg", { cwd: dataDir });
      for await (const file of found) await rm(join(dataDir, file));
    },
    makeOlder(milliseconds) {
      const database = new Database(join(dataDir, "firstframe.db"));
      database.prepare("update generations set created_at = created_at - ?").run(milliseconds);
      database.close();
    },
    stop: async () => {
      await end(child);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

// Starts it in a process group of its own, so that a kill reaches the server and everything that it started.
function spawnServer(
  env: Environment,
  dataDir: string,
  origin: string,
  printed: string[],
): ChildProcess {
  const image = findImageCommand(dataDir, env);
  const [command = "", ...args] = image?.command ?? [process.execPath, program];
  const child = spawn(command, args, {
    cwd: root,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, PORT: new URL(origin).port, ...(image?.env ?? env) },
  });
  alive.add(child);
  child.on("exit", (exitCode, signal) => {
    alive.delete(child);
    printed.push(`(ended by ${signal ?? `exit code ${exitCode}`})\n`);
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => printed.push(text));
  }
  return child;
}

async function waitForAnswer(child: ChildProcess, origin: string, printed: string[]) {
  await waitFor(child, printed, async () => {
    const response = await fetch(`${origin}/api/health`).catch(() => undefined);
    return response?.ok || undefined;
  });
}

async function waitFor<T>(
  child: ChildProcess,
  printed: string[],
  look: () => Promise<T | undefined>,
): Promise<T> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline && alive.has(child)) {
    const found = await look();
    if (found !== undefined) return found;
    await delay(50);
  }
  const reason = alive.has(child) ? "did not answer in time" : "ended at once";
  await end(child);
  throw new Error(`The app ${reason}. It printed:\n${printed.join("")}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (!alive.has(child)) return;
  const exited = once(child, "exit");
  killGroup(child);
  await exited;
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? child.pid : -child.pid, "SIGKILL");
  } catch (error) {
    // The process ended between the check and the kill.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
