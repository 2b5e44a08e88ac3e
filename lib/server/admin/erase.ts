import { MOST_REMOVED } from "../../api/most-removed.ts";
import "server-only";
import { sql } from "kysely";
import type { Database } from "../database/database.ts";
import { openChanges } from "../generations/records/changes.ts";
import { eraseRemoval } from "../library/removals/eraser.ts";
import { removeGenerations } from "../library/removals/removals.ts";
import type { MediaStore } from "../media/store.ts";

/** Stands in the ledger for owners that were erased, because the day's sums must stay. */
export const ERASED_OWNER = "erased";

export type Erased = { videos: number; links: number; waiting: number };

type Services = { db: Database; media: MediaStore };

/**
 * Erases an owner for good: videos, pictures, prompts, links, counters. A run that fal still works on stays, because its
 * price is not known yet: `waiting` says how many, and a later call erases them.
 */
export async function eraseOwner({ db, media }: Services, owner: string): Promise<Erased> {
  const services = { db, media, changes: openChanges(), now: Date.now };
  const erased: Erased = { videos: 0, links: 0, waiting: 0 };
  for (;;) {
    const ids = await readIds(db, owner);
    const removal = await removeGenerations(services, owner, ids);
    erased.videos += removal.ids.length;
    if (removal.ids.length === 0) {
      erased.waiting = ids.length;
      break;
    }
  }
  const removals = await db.query
    .selectFrom("removals")
    .select(["id", "generation_id", "generation"])
    .where("owner", "=", owner)
    .execute();
  for (const removal of removals) await eraseRemoval(services, removal);
  if (erased.waiting === 0) erased.links = await eraseTraces(db, owner);
  return erased;
}

async function readIds({ query }: Database, owner: string): Promise<string[]> {
  const rows = await query
    .selectFrom("generations")
    .select("id")
    .where("owner", "=", owner)
    .limit(MOST_REMOVED)
    .execute();
  return rows.map(({ id }) => id);
}

/** Removes what names the owner elsewhere. Returns how many links there were. */
function eraseTraces({ query }: Database, owner: string): Promise<number> {
  return query.transaction().execute(async (query) => {
    const links = await query.deleteFrom("shares").where("owner", "=", owner).executeTakeFirst();
    await query
      .updateTable("ledger")
      .set({ owner: ERASED_OWNER, network: null })
      .where("owner", "=", owner)
      .execute();
    // The clicks stay, so that a page that was away has none of them sent again.
    await query
      .updateTable("deletions")
      .set({ owner: ERASED_OWNER })
      .where("owner", "=", owner)
      .execute();
    await query
      .deleteFrom("rates")
      .where(sql<string>`substr(key, length(key) - ${owner.length})`, "=", `:${owner}`)
      .execute();
    return Number(links.numDeletedRows);
  });
}
