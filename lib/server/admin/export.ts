import "server-only";
import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream as WebStream } from "node:stream/web";
import { downloadZip } from "client-zip";
import { toFileName } from "../../file-name.ts";
import type { Database } from "../database/database.ts";
import { originalKey, posterKey, videoKey } from "../generations/archive/media-keys.ts";
import { findRecords } from "../generations/records/find.ts";
import type { GenerationRecord } from "../generations/records/record.ts";
import type { MediaStore } from "../media/store.ts";
import { readAllEntries } from "../spend/entries.ts";

const RECORDS_AT_ONCE = 200;

/**
 * Writes an owner's library as one ZIP: `library.json` with what was asked, titles, links and the ledger, and each video with
 * its poster. Returns how many videos it has. A secret is in none of it.
 */
export async function exportLibrary(
  { db, media }: { db: Database; media: MediaStore },
  owner: string,
  file: string,
): Promise<number> {
  const part = `${file}.${randomUUID()}.part`;
  let videos = 0;
  async function* entries() {
    yield { name: "library.json", input: toBytes(writeLibrary(db, owner)) };
    for await (const record of readRecords(db, owner)) {
      for (const { name, key } of namesOf(record)) {
        const found = await media.stat(key);
        if (!found) continue;
        if (key === videoKey(record.id)) videos += 1;
        yield { name, size: found.bytes, lastModified: found.modifiedAt, input: media.read(key) };
      }
    }
  }
  try {
    const { body } = downloadZip(entries());
    const zip = Readable.fromWeb(body as WebStream<Uint8Array>);
    await pipeline(zip, createWriteStream(part, { mode: 0o600, flush: true }));
    await rename(part, file);
    return videos;
  } finally {
    await rm(part, { force: true });
  }
}

async function* readRecords(db: Database, owner: string): AsyncGenerator<GenerationRecord> {
  let after: { createdAt: number; id: string } | undefined;
  for (;;) {
    const records = await findRecords(db, owner, {
      ...{ wanted: [], filter: {}, after, limit: RECORDS_AT_ONCE },
    });
    yield* records;
    after = records.at(-1);
    if (!after || records.length < RECORDS_AT_ONCE) return;
  }
}

/** The first characters of the id keep two videos of one prompt apart. */
function namesOf({ id, title, input, state }: GenerationRecord) {
  if (state.status !== "done") return [];
  const name = (extension: string) =>
    `videos/${id.slice(0, 8)}-${toFileName(title ?? input.prompt, extension)}`;
  return [
    { name: name("mp4"), key: videoKey(id) },
    { name: name("original"), key: originalKey(id) },
    { name: name("jpg"), key: posterKey(id) },
  ];
}

async function* writeLibrary(db: Database, owner: string): AsyncGenerator<string> {
  yield `{"owner":${JSON.stringify(owner)},"exportedAt":"${new Date().toISOString()}","generations":[`;
  let separator = "\n";
  for await (const record of readRecords(db, owner)) {
    yield separator + JSON.stringify(toExported(record));
    separator = ",\n";
  }
  yield '],"links":[';
  separator = "\n";
  for (const link of await readLinks(db, owner)) {
    yield separator + JSON.stringify(link);
    separator = ",\n";
  }
  yield '],"ledger":[';
  separator = "\n";
  for await (const entry of readAllEntries(db, owner)) {
    yield separator + JSON.stringify(entry);
    separator = ",\n";
  }
  yield "]}\n";
}

function toExported(record: GenerationRecord) {
  const { id, model, input, usd, state, requestId, title, isStarred, createdAt } = record;
  return {
    ...{ id, model, input, usd, state, requestId, title, isStarred },
    createdAt: new Date(createdAt).toISOString(),
    files: namesOf(record).map(({ name }) => name),
  };
}

async function readLinks({ query }: Database, owner: string) {
  const rows = await query.selectFrom("shares").selectAll().where("owner", "=", owner).execute();
  return rows.map(({ password, owner: _, ...link }) => ({
    ...link,
    hasPassword: password !== null,
  }));
}

async function* toBytes(texts: AsyncIterable<string>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  for await (const text of texts) yield encoder.encode(text);
}
