import "server-only";
import { randomBytes } from "node:crypto";
import type { Selectable } from "kysely";
import type { GenerationInput } from "@/lib/generation";
import type { Database } from "../database/database";
import type { SharesTable } from "../database/schema";

/** The record of a link. Times are milliseconds since 1970. */
export type ShareRecord = {
  slug: string;
  generationId: string;
  owner: string;
  createdAt: number;
  expiresAt?: number;
  revokedAt?: number;
  password?: string;
  hidePrompt: boolean;
  allowDownload: boolean;
  views: number;
  lastSeenAt?: number;
  reports: number;
};

export type ShareOptions = {
  /** `undefined` leaves it as it is, and `null` removes it. */
  password?: string | null;
  expiresAt?: number | null;
  hidePrompt?: boolean;
  allowDownload?: boolean;
};

type Place = { generationId: string; owner: string; now: number };

/** Makes the link of a generation, or changes the options of the one that it has. */
export async function writeShare(
  db: Database,
  { generationId, owner, now }: Place,
  { password, expiresAt, hidePrompt, allowDownload }: ShareOptions,
): Promise<ShareRecord> {
  await db.query
    .insertInto("shares")
    .values({
      // 128 random bits are too many to guess.
      slug: randomBytes(16).toString("base64url"),
      generation_id: generationId,
      owner,
      created_at: now,
      hide_prompt: 0,
      allow_download: 1,
      views: 0,
      reports: 0,
    })
    .onConflict((conflict) =>
      conflict.column("generation_id").where("revoked_at", "is", null).doNothing(),
    )
    .execute();
  const changes = {
    ...(password !== undefined && { password }),
    ...(expiresAt !== undefined && { expires_at: expiresAt }),
    ...(hidePrompt !== undefined && { hide_prompt: Number(hidePrompt) }),
    ...(allowDownload !== undefined && { allow_download: Number(allowDownload) }),
  };
  const row = await db.query
    .updateTable("shares")
    // The statement has to set something even if no option changes.
    .set({ generation_id: generationId, ...changes })
    .where("generation_id", "=", generationId)
    .where("revoked_at", "is", null)
    .returningAll()
    .executeTakeFirstOrThrow();
  return toShareRecord(row);
}

/** Revokes the link, so that its addresses answer that it is gone. Returns its slug if there was a link. */
export async function revokeShare(
  { query }: Pick<Database, "query">,
  generationId: string,
  now: number,
): Promise<string | undefined> {
  const revoked = await query
    .updateTable("shares")
    .set({ revoked_at: now })
    .where("generation_id", "=", generationId)
    .where("revoked_at", "is", null)
    .returning("slug")
    .executeTakeFirst();
  return revoked?.slug;
}

/** Makes a revoked link valid again, unless its generation has a new one by now. */
export async function restoreShare(
  { query }: Pick<Database, "query">,
  { slug, generationId }: { slug: string; generationId: string },
): Promise<void> {
  await query
    .updateTable("shares")
    .set({ revoked_at: null })
    .where("slug", "=", slug)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("shares as others")
            .select("slug")
            .where("others.generation_id", "=", generationId)
            .where("others.revoked_at", "is", null),
        ),
      ),
    )
    .execute();
}

export async function findShare({ query }: Database, slug: string) {
  const row = await query
    .selectFrom("shares")
    .selectAll()
    .where("slug", "=", slug)
    .executeTakeFirst();
  return row && toShareRecord(row);
}

/** Returns the links of several generations, by the id of the generation. */
export async function findSharesOf({ query }: Database, generationIds: readonly string[]) {
  if (generationIds.length === 0) return new Map<string, ShareRecord>();
  const rows = await query
    .selectFrom("shares")
    .selectAll()
    .where("generation_id", "in", generationIds)
    .where("revoked_at", "is", null)
    .execute();
  return new Map(rows.map((row) => [row.generation_id, toShareRecord(row)]));
}

const LINKS_AT_MOST = 200;

/** Returns the owner's links that were not revoked, newest first, with the prompts of their videos. */
export async function listShares({ query }: Database, owner: string) {
  const rows = await query
    .selectFrom("shares")
    .innerJoin("generations", "generations.id", "shares.generation_id")
    .selectAll("shares")
    .select("generations.input")
    .where("shares.owner", "=", owner)
    .where("shares.revoked_at", "is", null)
    .orderBy("shares.created_at", "desc")
    .limit(LINKS_AT_MOST)
    .execute();
  return rows.map((row) => ({
    share: toShareRecord(row),
    prompt: (JSON.parse(row.input) as GenerationInput).prompt,
  }));
}

export async function countView({ query }: Database, slug: string, now: number): Promise<void> {
  await query
    .updateTable("shares")
    .set(({ eb }) => ({ views: eb("views", "+", 1), last_seen_at: now }))
    .where("slug", "=", slug)
    .execute();
}

export async function countReport({ query }: Database, slug: string): Promise<void> {
  await query
    .updateTable("shares")
    .set(({ eb }) => ({ reports: eb("reports", "+", 1) }))
    .where("slug", "=", slug)
    .execute();
}

function toShareRecord(row: Selectable<SharesTable>): ShareRecord {
  return {
    slug: row.slug,
    generationId: row.generation_id,
    owner: row.owner,
    createdAt: row.created_at,
    expiresAt: row.expires_at ?? undefined,
    revokedAt: row.revoked_at ?? undefined,
    password: row.password ?? undefined,
    hidePrompt: row.hide_prompt === 1,
    allowDownload: row.allow_download === 1,
    views: row.views,
    lastSeenAt: row.last_seen_at ?? undefined,
    reports: row.reports,
  };
}
