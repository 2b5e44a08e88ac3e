import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { addCommands, commandScripts } from "./commands.ts";

// What Next has copied and the server needs. It copies more: sources that it took for data, and `.env` with its secrets.
const KEPT = new Set([".next", "node_modules"]);
const ADDED = [
  ...["server.js", "scripts/require-node.js", "scripts/healthcheck.js", "public", ".next/static"],
  // The program that converts videos, and the packages of which the server itself loads only a part.
  ...[
    "lib/server/media/convert",
    "node_modules/@napi-rs/webcodecs",
    "node_modules/mediabunny/dist/modules",
  ],
  ...["LICENSE", "THIRD_PARTY_NOTICES.md"],
];

/** Makes `.next/standalone` a folder that runs anywhere with `node server`, without `node_modules` around it. */
export async function completeStandalone(root: string): Promise<void> {
  const folder = join(root, ".next/standalone");
  for (const name of await readdir(folder))
    if (!KEPT.has(name)) await rm(join(folder, name), { recursive: true });
  for (const name of ADDED) await cp(join(root, name), join(folder, name), { recursive: true });
  await addCommands(root, folder);
  const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const { name, version, private: isPrivate, license, type, engines } = manifest;
  const kept = {
    name,
    version,
    private: isPrivate,
    license,
    type,
    engines,
    scripts: commandScripts,
  };
  await writeFile(join(folder, "package.json"), `${JSON.stringify(kept, undefined, 2)}\n`);
}
