import "server-only";
import { type Selectable, sql } from "kysely";
import { type GenerationInput, type GenerationState, type Size, spendOf } from "@/lib/generation";
import { AppError } from "@/lib/problems";
import type { Database } from "../../database/database";
import { notice } from "../../database/notices";
import type { GenerationsTable } from "../../database/schema";
import { type Budget, OWNERS_IN_LINE, OWNERS_PER_NETWORK, toMicros } from "../../spend/budget";
import { changeSpend, moveToDayOf, reserve } from "../../spend/ledger";
import type { Cursor } from "./cursor";

/** The record of a generation. Times are milliseconds since 1970. */
export type GenerationRecord = {
  id: string;
  owner: string;
  click: string;
  digest: string;
  model: string;
  input: GenerationInput;
  usd: number;
  /** The owner's own key, sealed. It is empty once it is no longer needed, and `undefined` if the server's key pays. */
  ownKey?: string;
  /** The request for the upstream, while another server may have to send it. */
  outgoing?: OutgoingClick;
  /** When a server began to send it; `undefined` while certainly nothing has left. */
  sendingAt?: number;
  state: GenerationState;
  revision: number;
  requestId?: string;
  /** The requests that a webhook named for a generation whose submit was lost. */
  claim: string[];
  /** The size of the first frame, once the poster is stored. */
  picture?: Size;
  createdAt: number;
  /** When something that its owner sees changed last. */
  changedAt: number;
  checkAt?: number;
  checks: number;
};

/** The body to send, and the origin where the browser reaches this server, for the local fal's addresses. */
export type OutgoingClick = { sent: string; origin: string };

export type NewRecord = Pick<
  GenerationRecord,
  "id" | "owner" | "click" | "digest" | "model" | "input" | "usd" | "ownKey" | "createdAt"
> & { network?: string; outgoing: OutgoingClick; lease: Lease };

/** What a check does: a short poll, or the download of a file. */
export type Lane = "poll" | "download";

/** The only process that may work on it, and when its lease ends unless renewed. */
export type Lease = { holder: string; until: number };

/** When the watcher checks next; absent if it never does. */
export type NextLook = {
  checkAt?: number;
  /** For a settled generation: when to check what a webhook claimed meanwhile. */
  claimCheckAt?: number;
  lease?: Lease;
};

/**
 * Records a click and reserves its price, once. Returns `undefined` if the click was there before. May be repeated with the same id.
 * Throws `over_budget`, and then writes nothing.
 */
export function insertRecord(
  { kind, query }: Database,
  record: NewRecord,
  budget: Budget,
): Promise<GenerationRecord | undefined> {
  return query.transaction().execute(async (query) => {
    await insertRow({ kind, query }, record);
    const written = await findClick({ query }, record.owner, record.click);
    if (written?.id !== record.id) return undefined;
    if (record.usd > 0) await reserve({ kind, query, budget }, toCharge(record));
    else await requirePlaceInLine(query, record, budget);
    return written;
  });
}

type Tables = Pick<Database, "kind" | "query">;

/** Tells the other servers which generation has changed. */
function changeNotice({ kind }: Pick<Database, "kind">) {
  return notice(kind, "firstframe_library", sql<string>`owner || ' ' || id`);
}

async function insertRow({ kind, query }: Tables, record: NewRecord): Promise<void> {
  const { id, owner, click, digest, model, input, usd } = record;
  const { ownKey, network, outgoing, createdAt, lease } = record;
  const state: GenerationState = { status: "submitting" };
  await query
    .insertInto("generations")
    .values({
      ...{ id, owner, click, digest, model, usd },
      input: JSON.stringify(input),
      own_key: ownKey ?? null,
      network: network ?? null,
      outgoing: JSON.stringify(outgoing),
      state: JSON.stringify(state),
      revision: 0,
      created_at: createdAt,
      changed_at: createdAt,
      check_at: createdAt,
      checks: 0,
      lane: laneOf(state),
      lease_holder: lease.holder,
      lease_until: lease.until,
    })
    .onConflict((conflict) => conflict.columns(["owner", "click"]).doNothing())
    .returning(changeNotice({ kind }))
    .execute();
}

/** Bounds free runs by the places in line. Call it after the record is written. Throws `line_full`. */
async function requirePlaceInLine(
  query: Database["query"],
  { owner, network }: NewRecord,
  { waitingPerOwner }: Budget,
): Promise<void> {
  if (waitingPerOwner === undefined) return;
  const counted = await query
    .selectFrom("generations")
    .select(({ fn, eb }) => [
      fn.countAll<number | string>().as("all"),
      fn.sum<number | string>(eb.case().when("owner", "=", owner).then(1).else(0).end()).as("own"),
      fn
        .sum<number | string>(
          eb
            .case()
            .when("network", "=", network ?? "")
            .then(1)
            .else(0)
            .end(),
        )
        .as("ofNetwork"),
    ])
    .where("lane", "=", "poll")
    .where("check_at", "is not", null)
    .where("usd", "=", 0)
    .executeTakeFirstOrThrow();
  const isFull =
    Number(counted.all) > waitingPerOwner * OWNERS_IN_LINE ||
    Number(counted.own) > waitingPerOwner ||
    Number(counted.ofNetwork) > waitingPerOwner * OWNERS_PER_NETWORK;
  if (isFull) throw new AppError("line_full");
}

function toCharge({ id, owner, network, model, usd, ownKey, createdAt }: NewRecord) {
  return {
    ...{
      generation_id: id,
      owner,
      network: network ?? null,
      model,
      micros: toMicros(usd),
      created_at: createdAt,
    },
    payer: ownKey === undefined ? "server" : "owner",
  } as const;
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

/**
 * Marks that the sending of a click begins, if it has not begun and `holder` still holds the click. Returns whether this attempt,
 * named by `sender`, may send it. May be repeated with the same `sender`. The price counts against the day of the sending.
 * Throws `over_budget`, and then writes nothing.
 */
export function claimSending(
  { kind, query }: Database,
  record: GenerationRecord,
  { sender, holder, now, budget }: { sender: string; holder: string; now: number; budget: Budget },
): Promise<boolean> {
  return query.transaction().execute(async (query) => {
    const { numUpdatedRows } = await query
      .updateTable("generations")
      .set({ sender, sending_at: now })
      .where("id", "=", record.id)
      .where("revision", "=", record.revision)
      .where("lease_holder", "=", holder)
      .where(({ eb, or }) => or([eb("sender", "is", null), eb("sender", "=", sender)]))
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return false;
    if (record.usd > 0) await moveToDayOf(now, { kind, query, budget }, record.id);
    return true;
  });
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

/** Lists the owner's records after the cursor, newest first. */
export async function listRecords(
  db: Database,
  owner: string,
  page: { after?: Cursor; limit: number },
): Promise<GenerationRecord[]> {
  return (await pageQuery(db, owner, page).execute()).map(toRecord);
}

/** The query of `listRecords`. It walks an index from the cursor on, so the number of earlier rows does not matter. */
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
 * Records the next state and the reserved price, if nobody else has changed the record since it was read. Returns whether
 * it did. Plans a new check only if the status is new. Throws `over_budget`.
 */
export async function updateState(
  { kind, query }: Database,
  record: GenerationRecord,
  state: GenerationState,
  { budget, now, ...look }: NextLook & { budget: Budget; now: number },
): Promise<boolean> {
  const change = { ...look, now };
  if (spendOf(record.state) === spendOf(state))
    return updateRow({ kind, query }, record, state, change);
  return query.transaction().execute(async (query) => {
    const isChanged = await updateRow({ kind, query }, record, state, change);
    if (isChanged) await changeSpend({ kind, query, budget }, record.id, spendOf(state), now);
    return isChanged;
  });
}

async function updateRow(
  { kind, query }: Tables,
  record: GenerationRecord,
  state: GenerationState,
  { checkAt, claimCheckAt, lease, now }: NextLook & { now: number },
): Promise<boolean> {
  const forClaim = sql<
    number | null
  >`case when claim is null then null else cast(${claimCheckAt ?? null} as bigint) end`;
  const isNewStatus = state.status !== record.state.status;
  const changed = await query
    .updateTable("generations")
    .set({
      state: JSON.stringify(state),
      revision: record.revision + 1,
      changed_at: now,
      lane: laneOf(state),
      request_id: "requestId" in state ? state.requestId : null,
      ...(isNewStatus && { check_at: checkAt ?? forClaim, checks: 0 }),
      ...(lease && { lease_holder: lease.holder, lease_until: lease.until }),
      ...(record.ownKey && isKeyDone(state) && { own_key: "" }),
      ...(isNewStatus && state.status === "submitting" && { sender: null, sending_at: null }),
      ...(isNewStatus && !mayBeSent(state) && { outgoing: null }),
    })
    .where("id", "=", record.id)
    .where("revision", "=", record.revision)
    .returning(changeNotice({ kind }))
    .execute();
  return changed.length > 0;
}

function laneOf({ status }: GenerationState): Lane {
  return status === "archiving" ? "download" : "poll";
}

function mayBeSent({ status }: GenerationState): boolean {
  return status === "submitting" || status === "refused";
}

// A refused click may be sent again, and a run whose answer was lost may be found again.
function isKeyDone({ status }: GenerationState): boolean {
  return status === "done" || status === "failed" || status === "cancelled";
}

export async function updatePicture(
  { kind, query }: Database,
  id: string,
  picture: Size,
  now: number,
): Promise<void> {
  await query
    .updateTable("generations")
    .set({ picture: JSON.stringify(picture), changed_at: now })
    .where("id", "=", id)
    .returning(changeNotice({ kind }))
    .execute();
}

/** Stores the request that a webhook named for a generation that has none yet, so that the watcher checks it. */
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

/** Removes a claim that turned out wrong, for a generation that has settled without it. */
export async function dropClaim({ query }: Database, id: string, claim: string[]): Promise<void> {
  await query
    .updateTable("generations")
    .set({ claim: null, check_at: null })
    .where("id", "=", id)
    .where("request_id", "is", null)
    .where(({ eb, or }) => or([eb("claim", "is", null), eb("claim", "=", JSON.stringify(claim))]))
    .execute();
}

/** How long the server remembers a deletion, for clients that were away when it happened. */
export const DELETIONS_REMEMBERED_MS = 60 * 60_000;

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
      .where("deleted_at", "<", now - 2 * DELETIONS_REMEMBERED_MS)
      .execute();
    await query
      .insertInto("deletions")
      .values({ generation_id: id, owner, click, deleted_at: now })
      .execute();
    return true;
  });
}

export function toRecord(row: Selectable<GenerationsTable>): GenerationRecord {
  const { id, owner, click, digest, model, usd, revision, checks } = row;
  return {
    ...{ id, owner, click, digest, model, usd, revision, checks },
    input: JSON.parse(row.input) as GenerationInput,
    state: JSON.parse(row.state) as GenerationState,
    ownKey: row.own_key ?? undefined,
    outgoing: row.outgoing === null ? undefined : (JSON.parse(row.outgoing) as OutgoingClick),
    sendingAt: row.sending_at ?? undefined,
    requestId: row.request_id ?? undefined,
    claim: row.claim === null ? [] : (JSON.parse(row.claim) as string[]),
    picture: row.picture === null ? undefined : (JSON.parse(row.picture) as Size),
    createdAt: row.created_at,
    changedAt: row.changed_at ?? row.created_at,
    checkAt: row.check_at ?? undefined,
  };
}
