import "server-only";
import { type Selectable, sql } from "kysely";
import type { GenerationInput, GenerationState, Size } from "@/lib/generation";
import type { Database } from "../database/open";
import type { GenerationsTable } from "../database/schema";
import type { Cursor } from "./cursor";

/** A generation as it is written down. Times are milliseconds since 1970. */
export type GenerationRecord = {
  id: string;
  owner: string;
  click: string;
  digest: string;
  model: string;
  input: GenerationInput;
  usd: number;
  state: GenerationState;
  revision: number;
  requestId?: string;
  /** The requests that a webhook named for a generation whose submit was lost. */
  claim: string[];
  /** The size of the first frame, once the poster is kept. */
  picture?: Size;
  createdAt: number;
  checkAt?: number;
  checks: number;
};

export type NewRecord = Pick<
  GenerationRecord,
  "id" | "owner" | "click" | "digest" | "model" | "input" | "usd" | "createdAt"
> & { lease: Lease };

/** Who alone works on it, and until when unless renewed. */
export type Lease = { holder: string; until: number };

/** When the watcher is to look next, unless it is never. */
export type NextLook = {
  checkAt?: number;
  /** For one that has settled: when to look into what a webhook claimed meanwhile. */
  claimCheckAt?: number;
  lease?: Lease;
};

/** Writes a click down, once: `undefined` when it was there before. May be repeated with the same id. */
export async function insertRecord(
  { query }: Database,
  record: NewRecord,
): Promise<GenerationRecord | undefined> {
  const { id, owner, click, digest, model, input, usd, createdAt, lease } = record;
  const state: GenerationState = { status: "submitting" };
  await query
    .insertInto("generations")
    .values({
      ...{ id, owner, click, digest, model, usd },
      input: JSON.stringify(input),
      state: JSON.stringify(state),
      revision: 0,
      created_at: createdAt,
      check_at: createdAt,
      checks: 0,
      lease_holder: lease.holder,
      lease_until: lease.until,
    })
    .onConflict((conflict) => conflict.columns(["owner", "click"]).doNothing())
    .execute();
  const written = await findClick({ query }, owner, click);
  return written?.id === id ? written : undefined;
}

export async function findClick({ query }: Pick<Database, "query">, owner: string, click: string) {
  const row = await query
    .selectFrom("generations")
    .selectAll()
    .where("owner", "=", owner)
    .where("click", "=", click)
    .executeTakeFirst();
  return row && toRecord(row);
}

export async function findRecord({ query }: Database, id: string) {
  const row = await query
    .selectFrom("generations")
    .selectAll()
    .where("id", "=", id)
    .executeTakeFirst();
  return row && toRecord(row);
}

/** The owner's own alone: another's is as good as none. */
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

/** Newest first, from after the cursor. */
export async function listRecords(
  db: Database,
  owner: string,
  page: { after?: Cursor; limit: number },
): Promise<GenerationRecord[]> {
  return (await pageQuery(db, owner, page).execute()).map(toRecord);
}

/** What `listRecords` asks. It walks an index from the cursor on, however much lies before it. */
export function pageQuery(
  { query }: Database,
  owner: string,
  { after, limit }: { after?: Cursor; limit: number },
) {
  return query
    .selectFrom("generations")
    .selectAll()
    .where("owner", "=", owner)
    .$if(after !== undefined, (page) =>
      page.where(sql<boolean>`(created_at, id) < (${after?.createdAt}, ${after?.id})`),
    )
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .limit(limit);
}

/**
 * Takes the next state down if nobody else did since `record` was read; returns whether it did. The
 * next look is planned anew for a new status only.
 */
export async function updateState(
  { query }: Database,
  record: GenerationRecord,
  state: GenerationState,
  { checkAt, claimCheckAt, lease }: NextLook,
): Promise<boolean> {
  const forClaim = sql<
    number | null
  >`case when claim is null then null else cast(${claimCheckAt ?? null} as bigint) end`;
  const isNewStatus = state.status !== record.state.status;
  const { numUpdatedRows } = await query
    .updateTable("generations")
    .set({
      state: JSON.stringify(state),
      revision: record.revision + 1,
      request_id: "requestId" in state ? state.requestId : null,
      ...(isNewStatus && { check_at: checkAt ?? forClaim, checks: 0 }),
      ...(lease && { lease_holder: lease.holder, lease_until: lease.until }),
    })
    .where("id", "=", record.id)
    .where("revision", "=", record.revision)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export async function updatePicture({ query }: Database, id: string, picture: Size): Promise<void> {
  await query
    .updateTable("generations")
    .set({ picture: JSON.stringify(picture) })
    .where("id", "=", id)
    .execute();
}

/** Keeps what a webhook said of a generation that has no request yet, for the watcher to look into. */
export async function writeClaim(
  { query }: Database,
  id: string,
  claim: string[],
  checkAt: number,
): Promise<void> {
  await query
    .updateTable("generations")
    .set({ claim: JSON.stringify(claim), check_at: checkAt, checks: 0 })
    .where("id", "=", id)
    .where("request_id", "is", null)
    .execute();
}

/** The claim came to nothing, and the generation has settled without it. */
export async function dropClaim({ query }: Database, id: string, claim: string[]): Promise<void> {
  await query
    .updateTable("generations")
    .set({ claim: null, check_at: null })
    .where("id", "=", id)
    .where("request_id", "is", null)
    .where(({ eb, or }) => or([eb("claim", "is", null), eb("claim", "=", JSON.stringify(claim))]))
    .execute();
}

/** Returns whether there was one, in the very state that `record` has. */
export async function deleteRecord(
  { query }: Database,
  record: GenerationRecord,
): Promise<boolean> {
  const { numDeletedRows } = await query
    .deleteFrom("generations")
    .where("id", "=", record.id)
    .where("revision", "=", record.revision)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

export function toRecord(row: Selectable<GenerationsTable>): GenerationRecord {
  const { id, owner, click, digest, model, usd, revision, checks } = row;
  return {
    ...{ id, owner, click, digest, model, usd, revision, checks },
    input: JSON.parse(row.input) as GenerationInput,
    state: JSON.parse(row.state) as GenerationState,
    requestId: row.request_id ?? undefined,
    claim: row.claim === null ? [] : (JSON.parse(row.claim) as string[]),
    picture: row.picture === null ? undefined : (JSON.parse(row.picture) as Size),
    createdAt: row.created_at,
    checkAt: row.check_at ?? undefined,
  };
}
