import "server-only";
import type { Video } from "@/lib/generation";
import { AppError } from "@/lib/problems";
import type { Database } from "../database/database";
import { findRecord } from "../generations/records/find";
import type { GenerationRecord } from "../generations/records/record";
import { findShare, type ShareRecord } from "./records";

/** What a link shows to a visitor. */
export type Visit = { share: ShareRecord; generation: GenerationRecord; video: Video };

export type VisitServices = { db: Database; now(): number };

/**
 * Finds what a link shows. Throws `not_found` if the link never existed, and `share_gone` if it was revoked, has expired or
 * its video is gone.
 */
export async function visit({ db, now }: VisitServices, slug: string): Promise<Visit> {
  const share = await findShare(db, slug);
  if (!share) throw new AppError("not_found");
  const isOver = share.expiresAt !== undefined && share.expiresAt <= now();
  if (share.revokedAt !== undefined || isOver) throw new AppError("share_gone");
  const generation = await findRecord(db, share.generationId);
  if (generation?.state.status !== "done") throw new AppError("share_gone");
  return { share, generation, video: generation.state.video };
}
