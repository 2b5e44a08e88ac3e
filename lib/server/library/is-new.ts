import "server-only";
import type { Database } from "../database/database";
import { findRecords } from "../generations/records/find";

/** Whether an owner has no generation yet. A visitor without a session is new. */
export async function isLibraryNew(db: Database, owner: string | undefined): Promise<boolean> {
  if (owner === undefined) return true;
  const records = await findRecords(db, owner, { wanted: [], filter: {}, limit: 1 });
  return records.length === 0;
}
