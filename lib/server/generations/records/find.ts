import "server-only";
import type { Database } from "../../database/database";
import { type Search, search } from "../search/search.ts";
import { type GenerationRecord, toRecord } from "./record.ts";

export async function findClick({ query }: Pick<Database, "query">, owner: string, click: string) {
  const row = await query
    .selectFrom("generations")
    .selectAll()
    .where("owner", "=", owner)
    .where("click", "=", click)
    .executeTakeFirst();
  return row && toRecord(row);
}

/** Whether another owner has the same click. A browser that lost its session sends the same click as a new owner. */
export async function isClickOfAnother(
  { query }: Database,
  owner: string,
  click: string,
): Promise<boolean> {
  const row = await query
    .selectFrom("generations")
    .select("id")
    .where("click", "=", click)
    .where("owner", "!=", owner)
    .executeTakeFirst();
  return row !== undefined;
}

/** Whether a generation of this click was deleted, by whichever owner. */
export async function isDeletedClick(
  { query }: Pick<Database, "query">,
  click: string,
): Promise<boolean> {
  const row = await query
    .selectFrom("deletions")
    .select("generation_id")
    .where("click", "=", click)
    .executeTakeFirst();
  return row !== undefined;
}

export async function findRecord({ query }: Database, id: string) {
  const row = await query
    .selectFrom("generations")
    .selectAll()
    .where("id", "=", id)
    .executeTakeFirst();
  return row && toRecord(row);
}

/** Finds only the owner's own record, as if records of other owners did not exist. */
export async function findOwned({ query }: Database, owner: string, id: string) {
  const row = await query
    .selectFrom("generations")
    .selectAll()
    .where("id", "=", id)
    .where("owner", "=", owner)
    .executeTakeFirst();
  return row && toRecord(row);
}

export async function findRequest({ query }: Database, owner: string, requestId: string) {
  const row = await query
    .selectFrom("generations")
    .selectAll()
    .where("request_id", "=", requestId)
    .where("owner", "=", owner)
    .executeTakeFirst();
  return row && toRecord(row);
}

/** Lists some of the owner's runs that the upstream has accepted and that have not ended. */
export async function listRuns({ query }: Database, owner: string, limit: number) {
  const rows = await query
    .selectFrom("generations")
    .selectAll()
    .where("owner", "=", owner)
    .where("lane", "=", "poll")
    .where("check_at", "is not", null)
    .where("request_id", "is not", null)
    .orderBy("created_at", "desc")
    .limit(limit)
    .execute();
  return rows.map(toRecord);
}

/** Lists the owner's records that a search finds, newest first. */
export async function findRecords(
  db: Database,
  owner: string,
  wish: Search,
): Promise<GenerationRecord[]> {
  return (await search(db, owner, wish)).map(toRecord);
}
