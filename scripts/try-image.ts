/**
 * Does the main job in Chromium against the image's root file system: offline, read-only, as account 1000. Prints what it
 * costs to run: `npm run image:try`, after `npm run image`. Needs Linux and bubblewrap.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { startAppServer } from "../tests/e2e/app-server.ts";
import { requireBrowser } from "./browser.ts";
import { root } from "./build/build.ts";

const folder = join(root, ".next/image");
const IDLE_FOR_MS = 5_000;
// A network that leads nowhere, for the browser too. Without an interface besides loopback, Chromium says that it is offline.
const NETWORK =
  "ip link set lo up && ip link add out0 type bridge && ip addr add 192.0.2.1/24 dev out0 && ip link set out0 up";
const INSIDE = "FIRSTFRAME_OFFLINE";

if (process.platform !== "linux" || spawnSync("bwrap", ["--version"]).status !== 0) {
  console.log("The image is not tried here: that needs Linux and bubblewrap.");
} else if (!existsSync(join(folder, "app/server.js"))) {
  console.error("There is no image: run `npm run image` first.");
  process.exitCode = 1;
} else if (process.env[INSIDE]) {
  process.exitCode = await tryImage();
} else {
  process.exitCode = await run(
    "unshare",
    [
      ...(process.getuid?.() === 0 ? ["--net"] : ["--net", "--map-root-user"]),
      ...["sh", "-c", `${NETWORK} && exec "$0" "$@"`, process.execPath, ...process.argv.slice(1)],
    ],
    { [INSIDE]: "1" },
  );
}

async function tryImage(): Promise<number> {
  process.env.FIRSTFRAME_IMAGE = folder;
  const startedAt = performance.now();
  const app = await startAppServer();
  const firstMs = performance.now() - startedAt;
  await fetch(app.origin);
  await delay(IDLE_FOR_MS);
  console.log(`First answer after ${(firstMs / 1000).toFixed(1)} s.`);
  console.log(`Memory when idle: ${await readMemory(app.pid())} MB.`);
  await app.stop();
  const CHROMIUM_PATH = await requireBrowser(console.log);
  const wanted = ["tests/e2e/generate.spec.ts", "-g", "turns a dropped photograph"];
  return run("playwright", ["test", "--workers=1", ...wanted], { CHROMIUM_PATH });
}

/** The processes of the sandbox around it do not count. */
async function readMemory(pid: number): Promise<string> {
  let innermost = pid;
  for (;;) {
    const text = await readFile(`/proc/${innermost}/task/${innermost}/children`, "utf8");
    const child = Number(text.split(" ")[0]);
    if (!child) break;
    innermost = child;
  }
  const status = await readFile(`/proc/${innermost}/status`, "utf8");
  return (Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024).toFixed(0);
}

function run(command: string, args: string[], env: Record<string, string> = {}): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const PATH = join(root, "node_modules/.bin") + delimiter + process.env.PATH;
  spawn(command, args, { cwd: root, stdio: "inherit", env: { ...process.env, PATH, ...env } })
    .on("error", reject)
    .on("exit", (exitCode) => resolve(exitCode ?? 1));
  return promise;
}
