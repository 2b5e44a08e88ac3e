import "server-only";
import { sql } from "kysely";
import { type GenerationState, type Size, spendOf } from "@/lib/generation";
import type { Database } from "../../database/database";
import type { Budget } from "../../spend/budget";
import { changeSpend, moveToDayOf } from "../../spend/ledger";
import { updateEntry } from "../search/entries";
import { changeNotice } from "./changes";
import { requirePlaceInLine } from "./line";
import { type GenerationRecord, type Lease, laneOf, outcomeOf, toRecord } from "./record";

/** When the watcher checks next; absent if it never does. */
export type NextCheck = {
  checkAt?: number;
  /** For a settled generation: when to check what a webhook claimed meanwhile. */
  claimCheckAt?: number;
  lease?: Lease;
};

/**
 * Marks that the sending of a click begins, if it has not begun and `holder` still has the lease. Returns whether this attempt,
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

/**
 * Records the next state and the reserved price, if nobody else has changed the record since it was read. Returns whether
 * it did. Plans a new check only if the status is new. Throws `over_budget` and `line_full`.
 */
export async function updateState(
  { kind, query }: Database,
  record: GenerationRecord,
  state: GenerationState,
  { budget, now, ...next }: NextCheck & { budget: Budget; now: number },
): Promise<boolean> {
  const change = { ...next, now };
  if (spendOf(record.state) === spendOf(state))
    return updateRow({ kind, query }, record, state, change);
  return query.transaction().execute(async (query) => {
    const isChanged = await updateRow({ kind, query }, record, state, change);
    if (!isChanged) return false;
    await changeSpend({ kind, query, budget }, record.id, spendOf(state), now);
    // A refused click has left the line, so it needs a place again before it is sent again.
    if (record.usd === 0 && state.status === "submitting")
      await requirePlaceInLine({ kind, query }, record, budget);
    return true;
  });
}

async function updateRow(
  { kind, query }: Pick<Database, "kind" | "query">,
  record: GenerationRecord,
  state: GenerationState,
  { checkAt, claimCheckAt, lease, now }: NextCheck & { now: number },
): Promise<boolean> {
  const forClaim = sql<
    number | null
  >`case when claim is null then null else cast(${claimCheckAt ?? null} as bigint) end`;
  const isNewStatus = state.status !== record.state.status;
  const changed = await query
    .updateTable("generations")
    .set({
      state: JSON.stringify(state),
      outcome: outcomeOf(state),
      has_sound: soundOf(state),
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

function soundOf(state: GenerationState): number | null {
  const hasSound = state.status === "done" ? state.video.hasSound : undefined;
  return hasSound === undefined ? null : Number(hasSound);
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
    .set({
      picture: JSON.stringify(picture),
      orientation: orientationOf(picture),
      changed_at: now,
    })
    .where("id", "=", id)
    .returning(changeNotice({ kind }))
    .execute();
}

function orientationOf({ width, height }: Size) {
  if (width === height) return "square";
  return width > height ? "landscape" : "portrait";
}

/** What an owner says of a generation. What is absent stays as it is; `null` takes it away. */
export type OwnWords = { title?: string | null; isStarred?: boolean };

/** Returns `undefined` if the owner has no such generation. */
export function updateOwnWords(
  { kind, query }: Database,
  { owner, id, now }: { owner: string; id: string; now: number },
  { title, isStarred }: OwnWords,
): Promise<GenerationRecord | undefined> {
  return query.transaction().execute(async (query) => {
    const row = await query
      .updateTable("generations")
      .set({
        changed_at: now,
        ...(title !== undefined && { title }),
        ...(isStarred !== undefined && { starred_at: isStarred ? now : null }),
        // It no longer goes by age. If a quota still wants it, the next turn says so.
        ...(isStarred && { remove_at: null }),
      })
      .where("id", "=", id)
      .where("owner", "=", owner)
      .returningAll()
      .returning(changeNotice({ kind }))
      .executeTakeFirst();
    if (!row) return undefined;
    const record = toRecord(row);
    if (title !== undefined) await updateEntry({ kind, query }, record);
    return record;
  });
}

/** Writes when the limits of this server remove it; `undefined` if they no longer do. */
export async function writeRemoveAt(
  { kind, query }: Database,
  id: string,
  removeAt: number | undefined,
  now: number,
): Promise<void> {
  await query
    .updateTable("generations")
    .set({ remove_at: removeAt ?? null, changed_at: now })
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
