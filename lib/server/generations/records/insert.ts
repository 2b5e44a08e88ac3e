import "server-only";
import type { GenerationState } from "@/lib/generation";
import { AppError } from "@/lib/problems";
import type { Database } from "../../database/database";
import { type Budget, toMicros } from "../../spend/budget";
import { reserve } from "../../spend/ledger";
import { addEntry } from "../search/entries";
import { changeNotice } from "./changes";
import { findClick, isDeletedClick } from "./find";
import { requirePlaceInLine } from "./line";
import { type GenerationRecord, type Lease, laneOf, type OutgoingClick, outcomeOf } from "./record";

export type NewRecord = Pick<
  GenerationRecord,
  "id" | "owner" | "click" | "digest" | "model" | "input" | "usd" | "ownKey" | "createdAt"
> & { network?: string; outgoing: OutgoingClick; lease: Lease };

/**
 * Records a click and reserves its price, once. Returns `undefined` if the click was recorded before. May be repeated with the
 * same id. Throws `over_budget`, `line_full`, and `unconfirmed` for a click that was deleted, and then writes nothing.
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
    // It may have been sent before it was deleted. The insert waits for a deletion that is under way, so this sees it.
    if (await isDeletedClick({ query }, record.click)) throw new AppError("unconfirmed");
    await addEntry({ kind, query }, record);
    if (record.usd > 0) await reserve({ kind, query, budget }, toCharge(record));
    else await requirePlaceInLine({ kind, query }, record, budget);
    return written;
  });
}

async function insertRow(
  { kind, query }: Pick<Database, "kind" | "query">,
  record: NewRecord,
): Promise<void> {
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
      outcome: outcomeOf(state),
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
