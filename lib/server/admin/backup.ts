import "server-only";
import {
  copyFile as copyPlainFile,
  mkdir,
  readFile,
  rename,
  rm,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import type { Kysely } from "kysely";
import { z } from "zod";
import { openDatabase } from "../database/open.ts";
import type { Schema } from "../database/schema.ts";
import { findRecord } from "../generations/records/find.ts";
import { removeEntry } from "../generations/search/entries.ts";
import { openDiskStore } from "../media/disk-store.ts";
import { openMediaStore } from "../media/open-store.ts";
import { inParallel } from "../process/in-parallel.ts";
import { revokeShare } from "../shares/records.ts";
import { copyFile, listFiles, type MediaFile } from "./media-files.ts";
import { openAlone, requireThisVersion, sqliteFile } from "./open-source.ts";
import { readPages, writeRows } from "./rows.ts";
import { TABLE_NAMES } from "./tables.ts";

/** The parts of a backup: a folder that needs no other. */
export const partsOf = (folder: string) => ({
  database: path.join(folder, "firstframe.db"),
  media: path.join(folder, "media"),
  list: path.join(folder, "media.jsonl"),
  secret: path.join(folder, "session-secret"),
  /** Written last: without it the backup is not complete. */
  manifest: path.join(folder, "backup.json"),
});

export const manifestSchema = z.object({
  format: z.literal(1),
  createdAt: z.iso.datetime(),
  rows: z.record(z.string(), z.number()),
  files: z.number(),
  bytes: z.number(),
  missing: z.array(z.string()),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** A file of a backup. `etag` is the source's, so that the next backup copies only what has changed. */
const storedSchema = z.object({
  key: z.string(),
  bytes: z.number(),
  sha256: z.string(),
  contentType: z.string(),
  etag: z.string(),
});
export type StoredFile = z.infer<typeof storedSchema>;

export type Say = (sentence: string) => void;
type Source = { databaseUrl: string; mediaUrl: string; secretFile?: string };

const FILES_AT_ONCE = 4;
const SNAPSHOT_WITHIN_MS = 60 * 60_000;

/**
 * Copies the records, the media and the stored secret into `folder`, while servers run. The records are those of one moment;
 * each file that they need was stored before it. A folder with an earlier backup receives only what is new.
 */
export async function backUp(source: Source, folder: string, say: Say): Promise<Manifest> {
  await requireThisVersion(source.databaseUrl);
  const parts = partsOf(folder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await rm(parts.manifest, { force: true });
  const createdAt = new Date().toISOString();
  await copyDatabase(source.databaseUrl, parts.database);
  say("The records are copied.");

  const { query, close } = await openAlone(parts.database);
  try {
    const { files, missing } = await copyMedia(source, query, folder, say);
    const rows: Manifest["rows"] = {};
    for (const table of TABLE_NAMES) rows[table] = await count(query, table);
    if (source.secretFile) await copySecret(source.secretFile, parts.secret);
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const manifest = { format: 1 as const, createdAt, rows, files: files.length, bytes, missing };
    await replaceFile(parts.manifest, `${JSON.stringify(manifest, undefined, 2)}\n`);
    return manifest;
  } finally {
    await close();
  }
}

/** Reads and checks what `backUp` wrote last. Throws if the backup is not complete. */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(partsOf(folder).manifest, "utf8").catch(() => {
    throw new Error(`There is no complete backup in ${folder}: backup.json is missing.`);
  });
  return manifestSchema.parse(JSON.parse(text));
}

/** Returns the files of a backup by key; none if there is no list. */
export async function readList(folder: string): Promise<Map<string, StoredFile>> {
  const text = await readFile(partsOf(folder).list, "utf8").catch(() => "");
  const lines = text.split("\n").filter(Boolean);
  const files = lines.map((line) => storedSchema.parse(JSON.parse(line)));
  return new Map(files.map((file) => [file.key, file]));
}

async function copyDatabase(url: string, target: string): Promise<void> {
  const part = `${target}.part`;
  await Promise.all(SUFFIXES.map((suffix) => rm(`${part}${suffix}`, { force: true })));
  const file = sqliteFile(url);
  await (file === undefined ? copyPostgres(url, part) : copySqlite(file, part));
  await settle(part);
  await rename(part, target);
}

const SUFFIXES = ["", "-wal", "-shm", "-migration"];
const ALL_PAGES = 2 ** 31 - 1;

async function copySqlite(file: string, target: string): Promise<void> {
  const { default: Sqlite } = await import("better-sqlite3");
  const database = new Sqlite(file, { readonly: true, timeout: 10_000 });
  try {
    // In one step, because SQLite begins again whenever another process has written between two steps.
    await database.backup(target, { progress: () => ALL_PAGES });
  } finally {
    database.close();
  }
}

async function copyPostgres(url: string, target: string): Promise<void> {
  const [source, copy] = [
    await openDatabase(url, { poolSize: 2, timeoutMs: SNAPSHOT_WITHIN_MS, startsWithinMs: 10_000 }),
    await openDatabase(`file:${target}`),
  ];
  try {
    await source.query
      .transaction()
      .setIsolationLevel("repeatable read")
      .execute(async (query) => {
        for (const table of TABLE_NAMES)
          for await (const page of readPages(query, table))
            await writeRows(copy.query, table, page);
      });
  } finally {
    await Promise.all([source.close(), copy.close()]);
  }
}

/** Makes one file of it that can be read from a medium that nobody writes. */
async function settle(file: string): Promise<void> {
  const { default: Sqlite } = await import("better-sqlite3");
  const database = new Sqlite(file);
  try {
    database.pragma("journal_mode = delete");
    const [{ integrity_check: found } = {}] = database.pragma("integrity_check(1)") as {
      integrity_check?: string;
    }[];
    if (found !== "ok") throw new Error(`The copy of the database is damaged: ${found}`);
  } finally {
    database.close();
  }
  await rm(`${file}-migration`, { force: true });
}

async function copyMedia(
  { databaseUrl, mediaUrl }: Source,
  query: Kysely<Schema>,
  folder: string,
  say: Say,
): Promise<{ files: StoredFile[]; missing: string[] }> {
  const [from, to] = [await openMediaStore(mediaUrl), await openDiskStore(partsOf(folder).media)];
  const known = await readList(folder);
  const files: StoredFile[] = [];
  const lost: MediaFile[] = [];
  await inParallel(listFiles(query), FILES_AT_ONCE, async (file) => {
    const found = await from.stat(file.key);
    const before = known.get(file.key);
    if (!found) {
      if (file.isNeeded) lost.push(file);
      return;
    }
    const { key, contentType } = file;
    const isCopied = before?.etag === found.etag && (await to.stat(key))?.bytes === before.bytes;
    // The owner may delete it meanwhile.
    const copied = isCopied ? before : await copyFile(from, to, file).catch(ignoreGone(from, key));
    if (!copied) return void (file.isNeeded && lost.push(file));
    const { bytes, sha256 } = copied;
    files.push({ key, bytes, sha256, contentType, etag: found.etag });
    if (files.length % 500 === 0) say(`${files.length} files are copied.`);
  });
  files.sort((one, other) => (one.key < other.key ? -1 : 1));
  await replaceFile(
    partsOf(folder).list,
    files.map((file) => `${JSON.stringify(file)}\n`).join(""),
  );
  const wanted = new Set(files.map(({ key }) => key));
  // What an owner has deleted since the backup before this one must not stay in it.
  for await (const { key } of to.list()) if (!wanted.has(key)) await to.remove(key);
  return { files, missing: await dropDeleted(databaseUrl, query, lost) };
}

function ignoreGone(store: Awaited<ReturnType<typeof openMediaStore>>, key: string) {
  return async (error: unknown) => {
    if (await store.stat(key)) throw error;
    return undefined;
  };
}

/** Removes generations from the copy that were deleted since it was made. Returns the files that are missing otherwise. */
async function dropDeleted(
  databaseUrl: string,
  copy: Kysely<Schema>,
  lost: MediaFile[],
): Promise<string[]> {
  if (lost.length === 0) return [];
  const db = await openDatabase(databaseUrl, { poolSize: 1 });
  try {
    const ids = new Set<string>();
    for (const { generation } of lost) {
      const record = await findRecord(db, generation);
      if (record) ids.add(record.id);
    }
    for (const { generation } of lost.filter(({ generation }) => !ids.has(generation))) {
      await copy.deleteFrom("generations").where("id", "=", generation).execute();
      await removeEntry(copy, generation);
      await revokeShare({ query: copy }, generation, Date.now());
    }
    return lost.filter(({ generation }) => ids.has(generation)).map(({ key }) => key);
  } finally {
    await db.close();
  }
}

async function copySecret(from: string, to: string): Promise<void> {
  await copyPlainFile(from, to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
}

async function count(query: Kysely<Schema>, table: (typeof TABLE_NAMES)[number]): Promise<number> {
  const { count } = await query
    .selectFrom(table)
    .select(({ fn }) => fn.countAll<number | string>().as("count"))
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Writes a file completely or not at all. */
export async function replaceFile(file: string, text: string): Promise<void> {
  const part = `${file}.${process.pid}.part`;
  await writeFile(part, text, { mode: 0o600, flush: true });
  await rename(part, file);
}
