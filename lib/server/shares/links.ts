import "server-only";
import type { Link } from "@/lib/generation";
import type { Database } from "../database/database";
import { toShare } from "./present";
import { listShares } from "./records";

/** Lists the owner's links, newest first, without revoked ones. Expired links are included. */
export async function listLinks(
  { db }: { db: Database },
  owner: string,
  origin: string,
): Promise<Link[]> {
  const shares = await listShares(db, owner);
  return shares.map(({ share, prompt }) => ({
    generationId: share.generationId,
    prompt,
    share: toShare(share, origin),
  }));
}
