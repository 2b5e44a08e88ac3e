import "server-only";
import { sql } from "kysely";
import type { GenerationState } from "../../generation.ts";
import type { Database } from "../database/database.ts";
import { removeMedia } from "../generations/archive/media-keys.ts";
import type { MediaStore } from "../media/store.ts";
import { inParallel } from "../process/in-parallel.ts";
import { listFiles } from "./media-files.ts";
import { readPages } from "./rows.ts";

export type Findings = {
  /** Faults of records, one sentence each. */
  records: string[];
  /** Files that a record names and that are not there, or have another size. */
  missing: string[];
  /** The ids of folders that belong to no record, with their bytes. */
  orphans: Map<string, number>;
  /** Why the store can't be listed. Then nobody knows about orphans. */
  notListed?: string;
};

const AT_ONCE = 8;
/** Something may be on its way into the store that is not recorded yet. */
const YOUNG_MS = 60 * 60_000;

/** Compares records and media in both directions. Changes nothing. */
export async function check(db: Database, media: MediaStore): Promise<Findings> {
  const found: Findings = {
    records: await checkRecords(db),
    missing: await findMissing(db, media),
    orphans: new Map(),
  };
  try {
    found.orphans = await findOrphans(db, media);
  } catch (error) {
    found.notListed = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  return found;
}

/** Removes the files of ids that no record has. */
export async function removeOrphans(
  db: Database,
  media: MediaStore,
  ids: Iterable<string>,
): Promise<void> {
  for (const id of ids) if (!(await isKnown(db, [id])).has(id)) await removeMedia({ media }, id);
}

async function checkRecords({ kind, query }: Database): Promise<string[]> {
  const faults: string[] = [];
  if (kind === "sqlite") {
    const { rows } = await sql<{ integrity_check: string }>`pragma integrity_check(10)`.execute(
      query,
    );
    for (const { integrity_check: said } of rows) if (said !== "ok") faults.push(said);
  }
  const links = await query
    .selectFrom("shares")
    .leftJoin("generations", "generations.id", "shares.generation_id")
    .select("slug")
    .where("generations.id", "is", null)
    .where("revoked_at", "is", null)
    .execute();
  if (links.length > 0) faults.push(`${links.length} links lead to a video that is not there.`);
  const unsearchable = await query
    .selectFrom("generations")
    .leftJoin("search_entries", "search_entries.generation_id", "generations.id")
    .select("id")
    .where("search_entries.generation_id", "is", null)
    .execute();
  if (unsearchable.length > 0)
    faults.push(
      `${unsearchable.length} videos can't be found by a search; the next start mends it.`,
    );
  return faults;
}

async function findMissing({ query }: Database, media: MediaStore): Promise<string[]> {
  const missing: string[] = [];
  const sizes = new Map<string, number | undefined>();
  for await (const page of readPages(query, "generations"))
    for (const { id, state } of page) {
      const read = JSON.parse(String(state)) as GenerationState;
      if (read.status === "done") sizes.set(String(id), read.video.bytes);
    }
  await inParallel(listFiles(query), AT_ONCE, async ({ generation, key, isNeeded }) => {
    if (!isNeeded) return;
    const file = await media.stat(key);
    const wanted = sizes.get(generation);
    if (!file) missing.push(`${key} is missing`);
    else if (wanted !== undefined && file.bytes !== wanted)
      missing.push(`${key} has ${file.bytes} bytes instead of ${wanted}`);
  });
  return missing;
}

async function findOrphans(db: Database, media: MediaStore): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  const before = Date.now() - YOUNG_MS;
  let ids = new Map<string, number>();
  const judge = async () => {
    const known = await isKnown(db, [...ids.keys()]);
    for (const [id, bytes] of ids) if (!known.has(id)) found.set(id, (found.get(id) ?? 0) + bytes);
    ids = new Map();
  };
  for await (const { key, bytes, modifiedAt } of media.list()) {
    const [id = ""] = key.split("/");
    // A server that died while it tested the store may leave a few bytes there.
    if (id === "check" || modifiedAt.getTime() > before) continue;
    ids.set(id, (ids.get(id) ?? 0) + bytes);
    if (ids.size >= 500) await judge();
  }
  await judge();
  return found;
}

async function isKnown({ query }: Database, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const [generations, removals] = await Promise.all([
    query.selectFrom("generations").select("id").where("id", "in", ids).execute(),
    query
      .selectFrom("removals")
      .select("generation_id as id")
      .where("generation_id", "in", ids)
      .execute(),
  ]);
  return new Set([...generations, ...removals].map(({ id }) => id));
}
