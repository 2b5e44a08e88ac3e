import "server-only";
import type { Selectable } from "kysely";
import type { Database } from "../../database/database";
import type { DeletionsTable } from "../../database/schema";
import { DELETIONS_REMEMBERED_MS } from "../../generations/records/delete";
import { type GenerationRecord, toRecord } from "../../generations/records/record";
import { findSharesOf, type ShareRecord } from "../../shares/records";
import { OVERLAP_MS } from "./changed-rows";

/** One change of an owner's library. `at` is when it was recorded, in milliseconds since 1970. */
export type LibraryEvent = { id: string; at: number } & (
  | { type: "generation"; record: GenerationRecord; share?: ShareRecord }
  | { type: "deleted"; click: string }
);

/** Reads the current state of some of an owner's generations; skips ids that never existed. */
export async function readEvents(
  db: Database,
  owner: string,
  ids: readonly string[],
): Promise<LibraryEvent[]> {
  if (ids.length === 0) return [];
  const rows = await db.query
    .selectFrom("generations")
    .selectAll()
    .where("owner", "=", owner)
    .where("id", "in", ids)
    .execute();
  const found = new Set(rows.map(({ id }) => id));
  const missing = ids.filter((id) => !found.has(id));
  const present = await toEvents(db, rows.map(toRecord));
  return missing.length === 0
    ? present
    : [...present, ...(await readDeletions(db, owner, missing))];
}

async function readDeletions(
  { query }: Database,
  owner: string,
  ids: readonly string[],
): Promise<LibraryEvent[]> {
  const rows = await query
    .selectFrom("deletions")
    .selectAll()
    .where("owner", "=", owner)
    .where("generation_id", "in", ids)
    .execute();
  return rows.map(toDeletion);
}

async function toEvents(db: Database, records: GenerationRecord[]): Promise<LibraryEvent[]> {
  const shares = await findSharesOf(
    db,
    records.map(({ id }) => id),
  );
  return records.map((record) => ({
    ...{ type: "generation", id: record.id, at: record.changedAt, record },
    share: shares.get(record.id),
  }));
}

function toDeletion({
  generation_id,
  click,
  deleted_at,
}: Selectable<DeletionsTable>): LibraryEvent {
  return { type: "deleted", id: generation_id, at: deleted_at, click };
}

const MOST_MISSED = 100;

/** Reads what has changed in a library since that event; `undefined` if nobody can tell, or if it is too much. */
export async function readMissed(
  db: Database,
  owner: string,
  { since, now }: { since: number; now: number },
): Promise<LibraryEvent[] | undefined> {
  if (since < now - DELETIONS_REMEMBERED_MS || since > now + OVERLAP_MS) return undefined;
  const from = since - OVERLAP_MS;
  const rows = await db.query
    .selectFrom("generations")
    .selectAll()
    .where("owner", "=", owner)
    .where("changed_at", ">=", from)
    .orderBy("changed_at")
    .limit(MOST_MISSED + 1)
    .execute();
  const deleted = await db.query
    .selectFrom("deletions")
    .selectAll()
    .where("owner", "=", owner)
    .where("deleted_at", ">=", from)
    .limit(MOST_MISSED + 1)
    .execute();
  if (rows.length + deleted.length > MOST_MISSED) return undefined;
  return [...deleted.map(toDeletion), ...(await toEvents(db, rows.map(toRecord)))];
}
