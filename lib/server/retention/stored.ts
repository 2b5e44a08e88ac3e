import "server-only";
import { sql } from "kysely";
import type { Database } from "../database/database.ts";
import { bytesOf } from "../generations/records/bytes.ts";
import type { Limits, Stored } from "./plan.ts";

const GB = 1024 ** 3;
const DAY_MS = 24 * 60 * 60_000;

/** Returns the limits that are set; `undefined` if there are none. */
export function readLimits(env: {
  KEEP_DAYS?: number;
  MEDIA_QUOTA_GB?: number;
  MEDIA_QUOTA_GB_PER_OWNER?: number;
}): Limits | undefined {
  const { KEEP_DAYS: days, MEDIA_QUOTA_GB: all, MEDIA_QUOTA_GB_PER_OWNER: each } = env;
  if (days === undefined && all === undefined && each === undefined) return undefined;
  return {
    ...(days !== undefined && { keepMs: days * DAY_MS }),
    ...(all !== undefined && { bytes: all * GB }),
    ...(each !== undefined && { bytesPerOwner: each * GB }),
  };
}

/** Reads everything that has ended, with the bytes of its video. */
export async function readStored({ kind, query }: Database): Promise<Stored[]> {
  const rows = await query
    .selectFrom("generations")
    .leftJoin("shares", (join) =>
      join.onRef("shares.generation_id", "=", "generations.id").on("revoked_at", "is", null),
    )
    .select([
      "id",
      "generations.owner",
      bytesOf(kind).as("bytes"),
      "generations.created_at",
      "starred_at",
      "slug",
      "remove_at",
    ])
    .where("outcome", "!=", "running")
    // Its video is being fetched.
    .where(sql<boolean>`not (lane = 'download' and check_at is not null)`)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    owner: row.owner,
    bytes: Number(row.bytes),
    createdAt: row.created_at,
    isStarred: row.starred_at !== null,
    isShared: row.slug !== null,
    removeAt: row.remove_at ?? undefined,
  }));
}
