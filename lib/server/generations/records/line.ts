import "server-only";
import { sql } from "kysely";
import { AppError } from "@/lib/problems";
import type { Database } from "../../database/database";
import { type Budget, OWNERS_PER_NETWORK, OWNERS_TOGETHER } from "../../spend/budget";
import type { GenerationRecord } from "./record";

/** Bounds free runs by the places in line. Call it after the record is written. Throws `line_full`. */
export async function requirePlaceInLine(
  { kind, query }: Pick<Database, "kind" | "query">,
  { id, owner }: Pick<GenerationRecord, "id" | "owner">,
  { waitingPerOwner }: Budget,
): Promise<void> {
  if (waitingPerOwner === undefined) return;
  // Clicks take their places one after another, because each must see the one before. On SQLite the single writer is the lock.
  if (kind === "postgres") await sql`select pg_advisory_xact_lock(${LINE_LOCK})`.execute(query);
  const counted = await query
    .selectFrom("generations")
    .select(({ fn, eb }) => [
      fn.countAll<number | string>().as("all"),
      fn.sum<number | string>(eb.case().when("owner", "=", owner).then(1).else(0).end()).as("own"),
      fn
        .sum<number | string>(
          eb
            .case()
            .when("network", "=", (rows) =>
              rows.selectFrom("generations as own").select("network").where("own.id", "=", id),
            )
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
    Number(counted.all) > waitingPerOwner * OWNERS_TOGETHER ||
    Number(counted.own) > waitingPerOwner ||
    Number(counted.ofNetwork) > waitingPerOwner * OWNERS_PER_NETWORK;
  if (isFull) throw new AppError("line_full");
}

// This may be any number that no other lock of this app uses.
const LINE_LOCK = 1_469_023;
