import "server-only";
import type { Database } from "../../database/database";
import { changeNotice } from "./changes";
import type { GenerationRecord } from "./record";

/** How long the server remembers a deletion, for clients that were away when it happened. */
export const DELETIONS_REMEMBERED_MS = 60 * 60_000;
/** How long it remembers the click of what was deleted, so that a page that was away does not have it sent again. */
const CLICKS_REMEMBERED_MS = 30 * 24 * 60 * 60_000;

/** Deletes the record if its state is still the one in `record`. Returns whether it did. */
export async function deleteRecord(
  { kind, query }: Database,
  { id, owner, click, revision }: GenerationRecord,
  now: number,
): Promise<boolean> {
  return query.transaction().execute(async (query) => {
    const deleted = await query
      .deleteFrom("generations")
      .where("id", "=", id)
      .where("revision", "=", revision)
      .returning(changeNotice({ kind }))
      .execute();
    if (deleted.length === 0) return false;
    await query
      .deleteFrom("deletions")
      .where("deleted_at", "<", now - CLICKS_REMEMBERED_MS)
      .execute();
    await query
      .insertInto("deletions")
      .values({ generation_id: id, owner, click, deleted_at: now })
      .execute();
    return true;
  });
}
