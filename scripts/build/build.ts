import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { findRunningServers } from "./running.ts";
import { isBuilt, markBuilt } from "./sources.ts";
import { completeStandalone } from "./standalone.ts";

export const root = resolve(import.meta.dirname, "../..");
// What only the build needs. `npm ci --omit=dev` leaves it out.
const NEEDED = ["next", "tailwindcss", "@tailwindcss/postcss"];

/** Builds unless there is a build of these sources. Returns the exit code. */
export async function buildIfStale(): Promise<number> {
  return (await isBuilt(root)) ? 0 : build();
}

/** Builds the app and completes `.next/standalone`. Returns the exit code. */
export async function build(): Promise<number> {
  const obstacle = findMissing() ?? describeServers();
  if (obstacle !== undefined) {
    console.error(obstacle);
    return 1;
  }
  const exitCode = await runNextBuild();
  if (exitCode !== 0) return exitCode;
  await completeStandalone(root);
  await markBuilt(root);
  return 0;
}

function findMissing(): string | undefined {
  const missing = NEEDED.filter((name) => !existsSync(join(root, "node_modules", name)));
  if (missing.length === 0) return undefined;
  return `The build needs packages that are not installed (${missing.join(", ")}): run \`npm ci --include=dev\`.`;
}

function describeServers(): string | undefined {
  const [pid] = findRunningServers(root);
  if (pid === undefined) return undefined;
  return `A server (process ${pid}) runs from the build in ${join(root, ".next")}, and a new build would pull it from under its feet. Stop it first.`;
}

function runNextBuild(): Promise<number> {
  const { promise, resolve: settle, reject } = Promise.withResolvers<number>();
  const next = join(root, "node_modules/next/dist/bin/next");
  const child = spawn(process.execPath, [next, "build"], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
  });
  const pass = (signal: NodeJS.Signals) => child.kill(signal);
  process.on("SIGTERM", pass).on("SIGINT", pass);
  child.on("error", reject).on("exit", (exitCode) => {
    process.off("SIGTERM", pass).off("SIGINT", pass);
    settle(exitCode ?? 1);
  });
  return promise;
}
