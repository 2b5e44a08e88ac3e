import "server-only";
import { sql } from "kysely";
import type { Database } from "../../database/database";
import type { Change } from "../../generations/records/changes";

export type ChangedRows = {
  /** Returns what any server has changed since that time, without what an earlier call has returned. */
  read(since: number): Promise<Change[]>;
};

/** The overlap finds a change that was written under another server's clock or committed late. */
export const OVERLAP_MS = 60_000;
const MOST_ROWS = 5_000;

export function openChangedRows(db: Database): ChangedRows {
  let known = new Set<string>();
  return {
    async read(since) {
      const rows = await readRows(db, since - OVERLAP_MS);
      const found = new Map(rows.map((row) => [JSON.stringify(row), row]));
      const changed = [...found].filter(([version]) => !known.has(version));
      known = new Set(found.keys());
      return changed.map(([, { id, owner }]) => ({ id, owner }));
    },
  };
}

function readRows({ query }: Database, from: number) {
  const deleted = query
    .selectFrom("deletions")
    .select(["generation_id as id", "owner", "deleted_at as at"])
    .select(sql<number>`-1`.as("revision"))
    .where("deleted_at", ">=", from);
  return query
    .selectFrom("generations")
    .select(["id", "owner", "changed_at as at", "revision"])
    .where("changed_at", ">=", from)
    .unionAll(deleted)
    .orderBy("at", "desc")
    .limit(MOST_ROWS)
    .execute();
}
