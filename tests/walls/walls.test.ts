import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findBrokenWalls } from "./cruise";

test("every import of the app is one that the walls allow", async () => {
  expect(await findBrokenWalls(process.cwd())).toEqual([]);
});

const wrongImports = [
  ["components/a.tsx", "app/page.tsx"],
  ["components/b.tsx", "lib/server/log.ts"],
  ["lib/browser/a.ts", "components/crop.tsx"],
  ["lib/browser/b.ts", "lib/server/env.ts"],
  ["lib/browser/c.ts", "lib/local-fal/index.ts"],
  ["lib/server/pages/a.ts", "components/player.tsx"],
  ["lib/server/media/a.ts", "lib/browser/fit.ts"],
  ["lib/server/media/b.ts", "lib/local-fal/files.ts"],
  ["lib/server/media/c.ts", "lib/server/services.ts"],
  ["lib/server/upstream/a.ts", "lib/server/gate/rates.ts"],
  ["lib/server/generations/records/a.ts", "lib/server/shares/records.ts"],
  ["lib/server/generations/records/b.ts", "lib/server/generations/watch/check-run.ts"],
  ["lib/server/log.ts", "lib/server/helpers/a.ts"],
  ["lib/a.ts", "lib/server/http.ts"],
  ["lib/models/a.ts", "lib/browser/offers.ts"],
  ["lib/net/a.ts", "lib/problems.ts"],
  ["lib/local-fal/a.ts", "lib/models/limits.ts"],
] as const;

test.each([
  ["values", "import"],
  ["types", "import type"],
])("an import of %s through a wall is found", async (_, keyword) => {
  const importOf = (to: string) => `${keyword} { thing } from "@/${to.replace(/\.tsx?$/, "")}";\n`;
  const broken = await findBrokenWalls(
    await makeTree(
      new Map([
        ...wrongImports.map(([, to]) => [to, ""] as const),
        ...wrongImports.map(([from, to]) => [from, importOf(to)] as const),
      ]),
    ),
  );

  const found = new Set(broken.map((wall) => wall.replace(/^.*: /, "")));
  expect(found).toEqual(new Set(wrongImports.map(([from, to]) => `${from} → ${to}`)));
});

test("a circle of types is found", async () => {
  const broken = await findBrokenWalls(
    await makeTree(
      new Map([
        ["lib/server/a.ts", 'import type { B } from "./b";\n'],
        ["lib/server/b.ts", 'import type { A } from "./a";\n'],
      ]),
    ),
  );

  expect(broken).not.toEqual([]);
});

async function makeTree(files: ReadonlyMap<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "firstframe-walls-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const name of ["app/.keep", "components/.keep", "instrumentation.ts", "proxy.ts"])
    await write(join(folder, name), "");
  for (const [name, text] of files) await write(join(folder, name), text);
  return folder;
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}
