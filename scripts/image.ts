/**
 * Builds the root file system of the container image without any registry: `npm run image [-- --out FOLDER] [--commit]`. The
 * `Dockerfile` runs it, too. With --commit it makes a local image with buildah.
 */
import { spawnSync } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildIfStale, root } from "./build/build.ts";
import { describeImage } from "./image/description.ts";
import { makeRootFileSystem, measure } from "./image/root-file-system.ts";

const MOST_BYTES = 250e6;

const { values } = parseArgs({
  options: { out: { type: "string" }, commit: { type: "boolean", default: false } },
});
const folder = resolve(values.out ?? join(root, ".next/image"));

const exitCode = await buildIfStale();
if (exitCode !== 0) process.exit(exitCode);
await rm(folder, { recursive: true, force: true });
await makeRootFileSystem(root, folder);
const bytes = await measure(folder);
console.log(`${folder}: ${(bytes / 1e6).toFixed(0)} MB`);
if (bytes > MOST_BYTES) {
  console.error(`That is more than ${MOST_BYTES / 1e6} MB.`);
  process.exitCode = 1;
}
if (values.commit) commit(JSON.parse(await readFile(join(root, "package.json"), "utf8")).version);

function commit(version: string): void {
  const { environment, user, port, command, healthcheck, labels } = describeImage(version);
  const container = buildah("from", "scratch");
  try {
    buildah("copy", "--quiet", container, folder, "/");
    // The volume belongs to the account that the server runs as.
    buildah("copy", "--quiet", "--chown", user, container, join(folder, "data"), "/data");
    buildah(
      ...["config", "--user", user, "--workingdir", "/app", "--port", port, "--volume", "/data"],
      ...["--stop-signal", "SIGTERM", "--cmd", JSON.stringify(command), "--entrypoint", "[]"],
      ...["--healthcheck", `CMD ${healthcheck.join(" ")}`],
      ...environment.flatMap((variable) => ["--env", variable]),
      ...labels.flatMap((label) => ["--label", label]),
      container,
    );
    const name = `firstframe:${version}`;
    buildah("commit", "--quiet", "--format", "docker", container, name);
    console.log(`The image is ${name}.`);
  } finally {
    buildah("rm", container);
  }
}

function buildah(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync("buildah", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`buildah ${args[0]} failed: ${stderr}`);
  return stdout.trim();
}
