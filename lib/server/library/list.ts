import "server-only";
import type { Generation } from "@/lib/generation";
import type { Database } from "../database/database";
import { readCursor, writeCursor } from "../generations/records/cursor";
import { listRecords } from "../generations/records/find";
import { findSharesOf } from "../shares/records";
import type { Upstream } from "../upstream/target";
import { toGeneration } from "./present";

export type LibraryPage = { items: Generation[]; nextCursor: string | null };

/** Lists the owner's generations, newest first. Throws `bad_request` for a cursor that this server did not write. */
export async function listGenerations(
  { db, upstream }: { db: Database; upstream: Upstream },
  owner: string | undefined,
  { cursor, limit, origin }: { cursor?: string; limit: number; origin: string },
): Promise<LibraryPage> {
  const after = cursor === undefined ? undefined : readCursor(cursor);
  if (!owner) return { items: [], nextCursor: null };
  // The extra row tells whether there is a next page.
  const records = await listRecords(db, owner, { after, limit: limit + 1 });
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
