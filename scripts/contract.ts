/** Runs the contract suite against the local fal, or with a key against fal: `npm run contract [-- --upstream fal]`. */
import { spawn } from "node:child_process";
import { delimiter, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { rows } from "../tests/contract/rows.ts";

// fal's price of a video-01 video, as its page states it. Check it again before you rely on it.
const DOLLARS_PER_VIDEO = 0.5;
const usage = "Usage: npm run contract -- [--upstream local|fal] [--yes]";
const root = resolve(import.meta.dirname, "..");

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      upstream: { type: "string", default: "local" },
      yes: { type: "boolean", default: false },
    },
  });
  if (values.upstream === "local") return runSuite({ CONTRACT_UPSTREAM: "local" });
  if (values.upstream !== "fal")
    throw new Error(`There is no upstream "${values.upstream}".\n${usage}`);

  if (!process.env.FAL_KEY) throw new Error("Set FAL_KEY to the key that is to pay for this.");
  const ours = rows.filter(({ clients }) => clients.includes("node"));
  const sent = ours.filter(({ forcesFailure }) => !forcesFailure);
  const videos = sent.reduce((sum, { paidVideos = 0 }) => sum + paidVideos, 0);
  console.log(
    `${sent.length} rows are sent to fal, ${ours.length - sent.length} that force failures are skipped.\n` +
      `They make ${videos} videos: $${(videos * DOLLARS_PER_VIDEO).toFixed(2)} at $${DOLLARS_PER_VIDEO} each, ` +
      "in an hour or so. They also upload about 105 MB, to addresses that anyone can read.",
  );
  if (values.yes) return runSuite({ CONTRACT_UPSTREAM: "fal" });
  console.log("Nothing was sent. Say --yes to go on.");
  return 1;
}

function runSuite(env: Record<string, string>): Promise<number> {
  const { promise, resolve: settle, reject } = Promise.withResolvers<number>();
  spawn("vitest", ["run", "tests/contract", "--reporter=verbose"], {
    cwd: root,
    stdio: "inherit",
    env: {
      ...process.env,
      PATH: join(root, "node_modules/.bin") + delimiter + process.env.PATH,
      ...env,
    },
    shell: process.platform === "win32",
  })
    .on("error", reject)
    .on("exit", (exitCode) => settle(exitCode ?? 1));
  return promise;
}
