import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";

const root = path.join(import.meta.dirname, "..");

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      license: z.string().optional(),
      dev: z.boolean().optional(),
      devOptional: z.boolean().optional(),
      optional: z.boolean().optional(),
    }),
  ),
});

type Part = { folder: string; name: string; version: string; license: string; isOptional: boolean };

/** Returns the packages that are distributed with the product, for every platform. Development dependencies are not. */
async function listParts(): Promise<Part[]> {
  const lock = lockSchema.parse(
    JSON.parse(await readFile(path.join(root, "package-lock.json"), "utf8")),
  );
  return Object.entries(lock.packages)
    .filter(([folder, { dev, devOptional }]) => folder !== "" && !dev && !devOptional)
    .map(([folder, { version = "", license = "not stated", optional = false }]) => ({
      folder,
      name: folder.slice(folder.lastIndexOf("node_modules/") + "node_modules/".length),
      ...{ version, license },
      isOptional: optional,
    }))
    .toSorted((one, other) =>
      compare(`${one.name}@${one.version}`, `${other.name}@${other.version}`),
    );
}

/**
 * Returns the whole file. It is the same on every platform: for packages that only some platforms install, it contains
 * only the name and the licence.
 */
export async function makeNotices(): Promise<string> {
  const parts = await listParts();
  const rows = new Set(
    parts.map(({ name, version, license }) => `- ${name} ${version}: ${license}`),
  );
  const texts = new Map<string, string[]>();
  for (const part of parts.filter(({ isOptional }) => !isOptional)) {
    for (const text of await readLicenses(part)) {
      texts.set(text, [...(texts.get(text) ?? []), `${part.name} ${part.version}`]);
    }
  }
  const sections = [...texts].map(
    ([text, names]) => `### ${[...new Set(names)].join(", ")}\n\n~~~text\n${text}\n~~~\n`,
  );
  const preface = await readFile(path.join(root, "scripts/notices-preface.md"), "utf8");
  return [
    preface,
    "## All packages\n",
    `${[...rows].join("\n")}\n`,
    "## Their licences and notices\n",
    ...sections,
  ].join("\n");
}

async function readLicenses({ folder }: Part): Promise<string[]> {
  const names = await readdir(path.join(root, folder));
  const kept = names
    .filter((name) => /^(licen[cs]e|copying|notice)([.-]|$)/i.test(name))
    .toSorted(compare);
  const texts = await Promise.all(
    kept.map((name) => readFile(path.join(root, folder, name), "utf8")),
  );
  return texts.map((text) =>
    text
      .replaceAll("\r\n", "\n")
      .split("\n")
      .map((line) => line.trimEnd())
      .join("\n")
      .trim(),
  );
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
