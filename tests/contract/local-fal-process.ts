import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

export type LocalFalProcess = { origin: string; pid: number; stop(): Promise<void> };

const main = resolve(import.meta.dirname, "../../lib/local-fal/main.ts");

/** Starts a local fal in a separate process, as `npm run local-fal` does, with faults switched on. */
export async function startLocalFalProcess(...args: string[]): Promise<LocalFalProcess> {
  const dataDir = await mkdtemp(join(tmpdir(), "contract-fal-"));
  const child = spawn(
    process.execPath,
    [main, "--port", "0", "--data", dataDir, "--faults", ...args],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const kill = () => void child.kill("SIGKILL");
  process.on("exit", kill);
  const ended = once(child, "exit");
  const ready = Promise.withResolvers<string>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    const [, origin] = /^Local fal on (http:\S+),/.exec(line) ?? [];
    if (origin) ready.resolve(origin);
  });
  void ended.then(() => ready.reject(new Error("The local fal ended before it listened")));

  return {
    origin: await ready.promise,
    pid: child.pid ?? 0,
    async stop() {
      process.off("exit", kill);
      child.kill("SIGTERM");
      await ended;
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
