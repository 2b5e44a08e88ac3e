import { execFile } from "node:child_process";
import { chmod, chown, cp, mkdir, readdir, realpath, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const ACCOUNT = 1000;

/** Makes a folder with everything that the server needs on Linux: Node, the system's libraries, the app. No shell. */
export async function makeRootFileSystem(root: string, folder: string): Promise<void> {
  const app = join(folder, "app");
  const node = join(folder, "usr/local/bin/node");
  await cp(join(root, ".next/standalone"), app, {
    ...{ recursive: true, filter: isNeeded },
    // Next links packages under other names, and the links must lead to those in the copy.
    verbatimSymlinks: true,
  });
  await mkdir(dirname(node), { recursive: true });
  await cp(process.execPath, node);
  await chmod(node, 0o755);
  const programs = [
    node,
    ...(await listFiles(app)).filter((file) => /\.(node|so[.\d]*)$/.test(file)),
  ];
  await copyLibraries(programs, folder);
  for (const program of programs) await strip(program);
  await writeSystemFiles(folder);
}

/** Returns the size of all files in bytes. */
export async function measure(folder: string): Promise<number> {
  const sizes = await Promise.all(
    (await listFiles(folder)).map(async (file) => (await stat(file)).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

// Addons for other platforms, what only people and compilers read, metrics of fonts that only a build reads, and
// runtimes for settings of Next that we do not use.
function isNeeded(file: string): boolean {
  const [, platform] = /better-sqlite3\/prebuilds\/([^/]+)/.exec(file) ?? [];
  if (platform !== undefined && !platform.startsWith(`${process.platform}-${process.arch}`))
    return false;
  return !/\.next\/servers|\.d\.m?ts$|\.map$|capsize-font-metrics|turbo-experimental\.runtime/.test(
    file,
  );
}

async function copyLibraries(programs: readonly string[], folder: string): Promise<void> {
  const found = new Set<string>();
  for (const program of programs) {
    const { stdout } = await run("ldd", [program]);
    for (const [library] of stdout.matchAll(/\/\S+(?= \(0x)/g))
      if (!library.startsWith(folder)) found.add(library);
  }
  for (const library of found) {
    const target = join(folder, library);
    await mkdir(dirname(target), { recursive: true });
    await cp(await realpath(library), target);
  }
}

/** Removes symbols that only a debugger reads: about 20 MB of Node. */
async function strip(program: string): Promise<void> {
  await run("strip", ["--strip-unneeded", program]).catch(() => {});
}

async function writeSystemFiles(folder: string): Promise<void> {
  const files: Record<string, string> = {
    "etc/passwd": `root:x:0:0:root:/:/sbin/nologin\nfirstframe:x:${ACCOUNT}:${ACCOUNT}:Firstframe:/app:/sbin/nologin\n`,
    "etc/group": `root:x:0:\nfirstframe:x:${ACCOUNT}:\n`,
    "etc/nsswitch.conf": "hosts: files dns\n",
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  for (const name of ["data", "tmp", "proc", "dev"]) await mkdir(join(folder, name));
  await chmod(join(folder, "tmp"), 0o1777);
  await chmod(join(folder, "data"), 0o700);
  // Only root may give a folder away. Without root, whoever mounts the volume does it.
  if (process.getuid?.() === 0) await chown(join(folder, "data"), ACCOUNT, ACCOUNT);
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}
