import "server-only";
import { sql } from "kysely";
import type { Database } from "../database/database.ts";
import { bytesOf } from "../generations/records/bytes.ts";

export type OwnerSummary = {
  owner: string;
  videos: number;
  bytes: number;
  /** Milliseconds since 1970. */
  lastAt: number;
};

/** Lists the owners of libraries, the largest first. */
export async function listOwners({ kind, query }: Database): Promise<OwnerSummary[]> {
  const rows = await query
    .selectFrom("generations")
    .select(({ fn }) => [
      "owner",
      fn.countAll<number | string>().as("videos"),
      sql<number | string | null>`sum(${bytesOf(kind)})`.as("bytes"),
      fn.max("created_at").as("lastAt"),
    ])
    .groupBy("owner")
    .execute();
  return rows
    .map(({ owner, videos, bytes, lastAt }) => ({
      owner,
      ...{ videos: Number(videos), bytes: Number(bytes ?? 0), lastAt: Number(lastAt) },
    }))
    .toSorted((one, other) => other.bytes - one.bytes);
}

/**
 * Returns the owner that `text` names: by its id, by the id of one of its videos, or by a link, which is what a stranger
 * reports. Throws if nothing here has that name.
 */
export async function findOwnerBy({ query }: Database, text: string): Promise<string> {
  const slug = /(?:\/v\/|^)([\w-]{16,64})(?:\/\w+)?$/.exec(text)?.[1];
  const generation = await query
    .selectFrom("generations")
    .select("owner")
    .where(({ eb, or }) => or([eb("owner", "=", text), eb("id", "=", text)]))
    .limit(1)
    .executeTakeFirst();
  const found =
    generation ??
    (await query
      .selectFrom("shares")
      .select("owner")
      .where(({ eb, or }) => or([eb("owner", "=", text), eb("slug", "=", slug ?? text)]))
      .limit(1)
      .executeTakeFirst()) ??
    (await query
      .selectFrom("ledger")
      .select("owner")
      .where("owner", "=", text)
      .limit(1)
      .executeTakeFirst());
  if (!found) throw new Error(`No owner, video or link here has the name ${text}.`);
  return found.owner;
}
