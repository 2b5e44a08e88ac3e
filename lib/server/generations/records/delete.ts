import "server-only";
import type { Selectable } from "kysely";
import type { Database } from "../../database/database";
import type { GenerationsTable } from "../../database/schema";
import { addEntry, removeEntry } from "../search/entries.ts";
import { changeNotice } from "./changes.ts";
import { type GenerationRecord, toRecord } from "./record.ts";

/** How long the server remembers a deletion, for clients that were away when it happened. */
export const DELETIONS_REMEMBERED_MS = 60 * 60_000;
/** How long it remembers the click of what was deleted, so that a page that was away does not have it sent again. */
const CLICKS_REMEMBERED_MS = 30 * 24 * 60 * 60_000;

/** Deletes the record if its state is still the one in `record`. Returns whether it did. */
export function deleteRecord(
  { kind, query }: Database,
  record: GenerationRecord,
  now: number,
): Promise<boolean> {
  return query
    .transaction()
    .execute(async (query) => (await deleteRow({ kind, query }, record, now)) !== undefined);
}

/** Call it in a transaction. Returns the row that it deleted, or `undefined` if its state is no longer that of `record`. */
export async function deleteRow(
  { kind, query }: Pick<Database, "kind" | "query">,
  { id, owner, click, revision }: Pick<GenerationRecord, "id" | "owner" | "click" | "revision">,
  now: number,
): Promise<Selectable<GenerationsTable> | undefined> {
  const deleted = await query
    .deleteFrom("generations")
    .where("id", "=", id)
    .where("revision", "=", revision)
    .returningAll()
    .returning(changeNotice({ kind }))
    .executeTakeFirst();
  if (!deleted) return undefined;
  await removeEntry(query, id);
  await query
    .deleteFrom("deletions")
    .where("deleted_at", "<", now - CLICKS_REMEMBERED_MS)
    .execute();
  await query
    .insertInto("deletions")
    .values({ generation_id: id, owner, click, deleted_at: now })
    .execute();
  const { notice: _, ...row } = deleted;
  return row;
}

/** Call it in a transaction. Writes a row that was deleted again, and tells the library about it. */
export async function restoreRow(
  { kind, query }: Pick<Database, "kind" | "query">,
  row: Selectable<GenerationsTable>,
  now: number,
): Promise<void> {
  await query
    .insertInto("generations")
    .values({ ...row, changed_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .returning(changeNotice({ kind }))
    .execute();
  await query.deleteFrom("deletions").where("generation_id", "=", row.id).execute();
  await addEntry({ kind, query }, toRecord(row));
}
