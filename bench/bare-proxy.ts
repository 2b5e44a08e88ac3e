/**
 * A Next app that contains only fal's own route handler, written as in its documentation. The gate is compared with it.
 */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { findFreePort } from "../tests/ports.ts";

export type BareProxy = { origin: string; pid(): number; stop(): Promise<void> };

const nodeModules = resolve(import.meta.dirname, "../node_modules");
const nextBin = join(nodeModules, "next/dist/bin/next");
const READY_WITHIN_MS = 30_000;

/** Builds and starts the app. It forwards every call to `upstream`. */
export async function startBareProxy(upstream: string, key: string): Promise<BareProxy> {
  const folder = await mkdtemp(join(tmpdir(), "bench-gate-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await writeApp(folder, new URL(upstream).host);
    const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1", FAL_KEY: key } as const;
    await promisify(execFile)(process.execPath, [nextBin, "build"], { cwd: folder, env });
    const port = await findFreePort();
    const child = spawn(process.execPath, [nextBin, "start", "-p", String(port)], {
      cwd: folder,
      // The handler warns that everyone may call it.
      stdio: "ignore",
      env: { ...env, NODE_ENV: "production" },
    });
    const ended = once(child, "exit");
    const kill = () => void child.kill("SIGKILL");
    process.on("exit", kill);
    const origin = `http://localhost:${port}`;
    await waitForAnswer(origin);
    return {
      origin,
      pid: () => child.pid ?? 0,
      async stop() {
        process.off("exit", kill);
        kill();
        await ended;
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function writeApp(folder: string, upstreamHost: string) {
  const files: [path: string, text: string][] = [
    ["package.json", '{ "private": true, "type": "module" }'],
    // The app's folder is outside of the folder with the packages.
    ["next.config.mjs", 'export default { turbopack: { root: "/" } };'],
    [
      "app/layout.jsx",
      "export default function Layout({ children }) { return <html><body>{children}</body></html>; }",
    ],
    ["app/page.jsx", "export default function Page() { return <p>Nothing</p>; }"],
    [
      "app/api/fal/proxy/route.js",
      `import { createRouteHandler } from "@fal-ai/server-proxy/nextjs";
export const { GET, POST, PUT } = createRouteHandler({
  allowedUrlPatterns: ["${upstreamHost}/**"],
  allowedEndpoints: ["**"],
});`,
    ],
  ];
  for (const [path, text] of files) {
    await mkdir(join(folder, path, ".."), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  await symlink(nodeModules, join(folder, "node_modules"), "dir");
}

async function waitForAnswer(origin: string) {
  for (const deadline = Date.now() + READY_WITHIN_MS; Date.now() < deadline; await delay(50)) {
    if ((await fetch(origin).catch(() => undefined))?.ok) return;
  }
  throw new Error("The bare app did not answer in time");
}
