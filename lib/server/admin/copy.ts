import "server-only";
import { setImmediate } from "node:timers/promises";
import type { Kysely } from "kysely";
import type { Database } from "../database/database.ts";
import type { Schema } from "../database/schema.ts";
import { fillEntries } from "../generations/search/entries.ts";
import type { MediaStore } from "../media/store.ts";
import { inParallel } from "../process/in-parallel.ts";
import type { Say } from "./backup.ts";
import { copyFile, listFiles, readHash } from "./media-files.ts";
import {
  type Comparison,
  compareRows,
  findOnlyIn,
  nameOf,
  type Row,
  readPages,
  readSame,
  writeRows,
} from "./rows.ts";
import { TABLE_NAMES, type Table } from "./tables.ts";

const FILES_AT_ONCE = 4;

/** What a copy changes in a row. */
export type Change = (table: Table, row: Row) => Row;

/**
 * Copies every row. May be repeated after an interruption. Throws before it writes anything if the target has records of its
 * own, or has gone on with those of the source.
 */
export async function copyRows(
  source: Kysely<Schema>,
  target: Database,
  change: Change,
  say: Say,
): Promise<void> {
  await requireNothingOfItsOwn(source, target.query, change);
  for (const table of TABLE_NAMES) {
    let rows = 0;
    for await (const page of readPages(source, table)) {
      const changed = page.map((row) => change(table, row));
      await target.query.transaction().execute((query) => writeRows(query, table, changed));
      rows += page.length;
      if (rows % 10_000 === 0) say(`${table}: ${rows} rows.`);
    }
    say(`${table}: ${rows} rows are copied.`);
  }
  await target.query.deleteFrom("search_entries").execute();
  while (await fillEntries(target)) await setImmediate();
}

async function requireNothingOfItsOwn(
  source: Kysely<Schema>,
  target: Kysely<Schema>,
  change: Change,
): Promise<void> {
  const own = (await findOnlyIn(target, source)).filter((name) => !name.startsWith("rates "));
  if (own.length > 0)
    throw new Error(
      `The target has ${own.length} records that the source lacks, such as ${own[0]}. Choose an empty target.`,
    );
  for await (const page of readPages(target, "generations")) {
    const sources = await readSame(source, "generations", page);
    for (const row of page) {
      const name = nameOf("generations", row);
      const before = sources.get(name);
      if (before && Number(row.revision) > Number(change("generations", before).revision))
        throw new Error(
          `The target has gone on: ${name} is newer there. A server has used it. Choose an empty target.`,
        );
    }
  }
}

export type Verified = {
  rows: Comparison;
  files: number;
  bytes: number;
  /** Files that differ or are in one of the stores only. */
  differences: string[];
};

/** Reads both sides again, every row and every byte, and returns what differs. */
export async function verify(
  source: { query: Kysely<Schema>; media: MediaStore },
  target: { query: Kysely<Schema>; media: MediaStore },
  change: Change,
): Promise<Verified> {
  const found: Verified = {
    rows: await compareRows(source.query, target.query, change),
    ...{ files: 0, bytes: 0, differences: [] },
  };
  await inParallel(listFiles(source.query), FILES_AT_ONCE, async ({ key }) => {
    const [one, other] = await Promise.all([source.media.stat(key), target.media.stat(key)]);
    if (!one && !other) return;
    if (!one || !other) {
      found.differences.push(`${key} is only in the ${one ? "source" : "target"}`);
      return;
    }
    const [read, copied] = await Promise.all([
      readHash(source.media, key),
      readHash(target.media, key),
    ]);
    found.files += 1;
    found.bytes += read.bytes;
    if (read.sha256 !== copied.sha256) found.differences.push(`${key} is different`);
  });
  return found;
}

/** Copies the files of every generation that the target lacks. May be repeated after an interruption. */
export async function copyMedia(
  query: Kysely<Schema>,
  source: MediaStore,
  target: MediaStore,
  say: Say,
): Promise<void> {
  let files = 0;
  await inParallel(listFiles(query), FILES_AT_ONCE, async (file) => {
    const [found, copied] = await Promise.all([source.stat(file.key), target.stat(file.key)]);
    if (!found) return;
    if (found.bytes !== copied?.bytes) await copyFile(source, target, file);
    files += 1;
    if (files % 100 === 0) say(`${files} files are copied.`);
  });
  say(`${files} files are copied.`);
}
