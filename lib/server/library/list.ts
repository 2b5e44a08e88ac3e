import "server-only";
import type { Generation } from "@/lib/generation";
import type { Database } from "../database/database";
import { readCursor, writeCursor } from "../generations/records/cursor";
import { findRecords } from "../generations/records/find";
import type { LibraryFilter } from "../generations/search/search";
import { toWanted } from "../generations/search/terms";
import { findSharesOf } from "../shares/records";
import type { Upstream } from "../upstream/target";
import { toGeneration } from "./present";

export type LibraryQuery = { cursor?: string; limit: number; q?: string; filter?: LibraryFilter };

export type LibraryPage = { items: Generation[]; nextCursor: string | null };

/**
 * Lists the owner's generations that the search and the filter find, newest first. Throws `bad_request` for a cursor that
 * this server did not write.
 */
export async function listGenerations(
  { db, upstream }: { db: Database; upstream: Upstream },
  owner: string | undefined,
  { cursor, limit, origin, q = "", filter = {} }: LibraryQuery & { origin: string },
): Promise<LibraryPage> {
  const after = cursor === undefined ? undefined : readCursor(cursor);
  const wanted = toWanted(q);
  // A search for punctuation alone names nothing, so it finds nothing.
  if (!owner || (q.trim() !== "" && wanted.length === 0)) return { items: [], nextCursor: null };
  // The extra row tells whether there is a next page.
  const records = await findRecords(db, owner, { wanted, filter, after, limit: limit + 1 });
  const page = records.slice(0, limit);
  const last = records.length > limit ? page.at(-1) : undefined;
  const shares = await findSharesOf(
    db,
    page.map(({ id }) => id),
  );
  return {
    items: page.map((record) =>
      toGeneration(record, { upstream, origin, share: shares.get(record.id) }),
    ),
    nextCursor: last ? writeCursor(last) : null,
  };
}
