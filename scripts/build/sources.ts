import { createHash } from "node:crypto";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

const SOURCES = [
  ...["app", "components", "lib", "public", "instrumentation.ts", "proxy.ts", "server.js"],
  ...["next.config.ts", "postcss.config.mjs", "tailwind.config.ts", "tsconfig.json"],
  ...[
    "package.json",
    "package-lock.json",
    "scripts/build",
    "scripts/require-node.js",
    "scripts/healthcheck.js",
  ],
];
const MARK = ".next/sources";

/** Whether the last build that was completed has these sources. */
export async function isBuilt(root: string): Promise<boolean> {
  const built = await readFile(join(root, MARK), "utf8").catch(() => undefined);
  return built !== undefined && built === (await digestSources(root));
}

/** Notes which sources the build has. `next build` removes the note of the build before. */
export async function markBuilt(root: string): Promise<void> {
  await writeFile(join(root, MARK), await digestSources(root));
}

// By content, because a checkout or a copy changes the times of files.
async function digestSources(root: string): Promise<string> {
  const hash = createHash("sha256").update(process.version);
  for (const source of SOURCES)
    for (const file of await listFiles(root, source))
      hash.update(`\n${file}\n`).update(await readFile(join(root, file)));
  return hash.digest("hex");
}

async function listFiles(root: string, source: string): Promise<string[]> {
  const found = await stat(join(root, source)).catch(() => undefined);
  if (!found?.isDirectory()) return found ? [source] : [];
  const entries = await readdir(join(root, source), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(root.length + 1))
    .sort();
}
