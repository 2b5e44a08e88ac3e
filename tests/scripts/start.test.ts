import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findRunningServers } from "../../scripts/build/running";
import { isBuilt, markBuilt } from "../../scripts/build/sources";

const root = resolve(import.meta.dirname, "../..");

test("names the version of Node that is needed and the one that is there", async () => {
  const folder = await copyServer({ engines: { node: ">=99.1" } });
  expect(await start(folder)).toEqual({
    exitCode: 1,
    said: expect.stringContaining(
      `needs Node 99.1 or newer, and this is Node ${process.versions.node}`,
    ),
  });
});

test("says that there is no build", async () => {
  const { exitCode, said } = await start(await copyServer());
  expect(exitCode).toBe(1);
  expect(said).toContain("There is no build in");
});

test("refuses a port that is none", async () => {
  const folder = await copyServer();
  await pretendBuilt(folder);
  expect((await start(folder, { PORT: "web" })).said).toContain('PORT is "web", which is no port');
});

test("says with address and port that another program listens there", async () => {
  const folder = await copyServer();
  await pretendBuilt(folder);
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;
  const { exitCode, said } = await start(folder, { PORT: String(port) });
  expect(exitCode).toBe(1);
  expect(said).toContain(`Another program listens at 127.0.0.1:${port}`);
});

test("a build counts until a source changes", async () => {
  const folder = await makeFolder();
  await mkdir(join(folder, "lib"));
  await mkdir(join(folder, ".next"));
  await writeFile(join(folder, "lib/one.ts"), "1");
  expect(await isBuilt(folder)).toBe(false);
  await markBuilt(folder);
  expect(await isBuilt(folder)).toBe(true);
  await writeFile(join(folder, "lib/two.ts"), "2");
  expect(await isBuilt(folder)).toBe(false);
});

test("a note of a server that has ended does not keep a build from starting", async () => {
  const folder = await makeFolder();
  await mkdir(join(folder, ".next/servers"), { recursive: true });
  await writeFile(join(folder, ".next/servers/4194304"), "");
  expect(findRunningServers(folder)).toEqual([]);
});

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "firstframe-start-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function copyServer(changes: object = {}): Promise<string> {
  const folder = await makeFolder();
  for (const file of ["server.js", "scripts/require-node.js"])
    await cp(join(root, file), join(folder, file));
  const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  await writeFile(join(folder, "package.json"), JSON.stringify({ ...manifest, ...changes }));
  return folder;
}

async function pretendBuilt(folder: string): Promise<void> {
  await mkdir(join(folder, ".next"));
  await writeFile(join(folder, ".next/required-server-files.json"), '{"config":{}}');
  const packageFolder = join(folder, "node_modules/@next/env");
  await cp(join(root, "node_modules/@next/env"), packageFolder, { recursive: true });
}

async function start(folder: string, env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ["server"], {
    cwd: folder,
    env: { PATH: process.env.PATH, NODE_ENV: "production", ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const [exitCode] = await once(child, "close");
  return { exitCode, said };
}
