import "server-only";
import { randomUUID } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Selectable } from "kysely";
import { MOST_REMOVED } from "../../../api/most-removed.ts";
import { isWaiting } from "../../../generation.ts";
import { AppError } from "../../../problems.ts";
import type { Database } from "../../database/database";
import type { GenerationsTable, RemovalsTable } from "../../database/schema";
import type { Changes } from "../../generations/records/changes";
import { deleteRow, restoreRow } from "../../generations/records/delete.ts";
import { findOwned, findRecords } from "../../generations/records/find.ts";
import { restoreShare, revokeShare } from "../../shares/records.ts";

export type RemovalServices = { db: Database; changes: Changes; now(): number };

/** What one press removed. `ids` are generations; those whose run has not ended stay. */
export type Removal = { id: string; ids: string[]; undoSeconds: number };

/** How long the owner can bring it back. */
const UNDO_MS = 10_000;
/** For an undo that was pressed at the last moment and is still on its way. */
const LATE_MS = 5_000;

/** Removes generations with their links. Nothing is erased before the time for an undo is over. */
export async function removeGenerations(
  services: RemovalServices,
  owner: string,
  ids: readonly string[],
): Promise<Removal> {
  const removal: Removal = { id: randomUUID(), ids: [], undoSeconds: UNDO_MS / 1_000 };
  for (const id of new Set(ids)) {
    if (await removeGeneration(services, owner, { id, removal: removal.id })) removal.ids.push(id);
    // SQLite answers without leaving the turn, so hundreds of them would hold the process for everyone.
    await nextTurn();
  }
  return removal;
}

/** Removes the owner's runs that made no video, up to `MOST_REMOVED` of them. */
export async function removeNotMade(services: RemovalServices, owner: string): Promise<Removal> {
  const records = await findRecords(services.db, owner, {
    ...{ wanted: [], filter: { outcome: "not-made" }, limit: MOST_REMOVED },
  });
  return removeGenerations(
    services,
    owner,
    records.map(({ id }) => id),
  );
}

/** Takes links back, so that their addresses answer at once that they are gone. `ids` are the generations of the links. */
export async function removeShares(
  { db, changes, now }: RemovalServices,
  owner: string,
  ids: readonly string[],
): Promise<Removal> {
  const removal: Removal = { id: randomUUID(), ids: [], undoSeconds: UNDO_MS / 1_000 };
  for (const id of new Set(ids)) {
    await nextTurn();
    if (!(await findOwned(db, owner, id))) continue;
    const isRevoked = await db.query.transaction().execute(async (query) => {
      const slug = await revokeShare({ query }, id, now());
      if (slug === undefined) return false;
      await query
        .insertInto("removals")
        .values({ ...place(removal.id, owner, id, now()), generation: null, slug })
        .execute();
      return true;
    });
    if (isRevoked) removal.ids.push(id);
    if (isRevoked) changes.announce({ owner, id });
  }
  return removal;
}

/** Brings back all that one press removed, one after another; may be repeated. Throws `not_found` if it is erased by now. */
export async function undoRemoval(
  { db, changes, now }: RemovalServices,
  owner: string,
  removal: string,
): Promise<string[]> {
  const rows = await db.query
    .selectFrom("removals")
    .select("generation_id")
    .where("id", "=", removal)
    .where("owner", "=", owner)
    .execute();
  const restored: string[] = [];
  for (const { generation_id: id } of rows) {
    const isRestored = await db.query.transaction().execute(async (query) => {
      const row = await query
        .deleteFrom("removals")
        .where("id", "=", removal)
        .where("generation_id", "=", id)
        // From then on, a server may have begun to erase its files.
        .where("erase_at", ">", now())
        .returningAll()
        .executeTakeFirst();
      if (row) await restore({ kind: db.kind, query }, row, now());
      return row !== undefined;
    });
    if (isRestored) restored.push(id);
    await nextTurn();
  }
  if (restored.length === 0) throw new AppError("not_found");
  for (const id of restored) changes.announce({ owner, id });
  return restored;
}

/** Returns whether it removed it: not what another owner has, and not what the upstream still works on. */
async function removeGeneration(
  { db, changes, now }: RemovalServices,
  owner: string,
  { id, removal }: { id: string; removal: string },
): Promise<boolean> {
  for (;;) {
    const record = await findOwned(db, owner, id);
    if (!record || isWaiting(record.state)) return false;
    const isRemoved = await db.query.transaction().execute(async (query) => {
      const row = await deleteRow({ kind: db.kind, query }, record, now());
      if (!row) return false;
      const slug = await revokeShare({ query }, id, now());
      await query
        .insertInto("removals")
        .values({
          ...place(removal, owner, id, now()),
          ...{ generation: JSON.stringify(row), slug: slug ?? null },
        })
        .execute();
      return true;
    });
    if (!isRemoved) continue;
    changes.announce({ owner, id });
    return true;
  }
}

function place(removal: string, owner: string, generation: string, now: number) {
  return { id: removal, generation_id: generation, owner, erase_at: now + UNDO_MS + LATE_MS };
}

async function restore(
  { kind, query }: Pick<Database, "kind" | "query">,
  { generation_id, generation, slug }: Selectable<RemovalsTable>,
  now: number,
): Promise<void> {
  if (generation !== null)
    await restoreRow({ kind, query }, JSON.parse(generation) as Selectable<GenerationsTable>, now);
  if (slug !== null) await restoreShare({ query }, { slug, generationId: generation_id });
}
