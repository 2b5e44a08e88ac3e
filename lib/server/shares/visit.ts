import "server-only";
import type { Video } from "@/lib/generation";
import { AppError } from "@/lib/problems";
import type { Database } from "../database/database";
import { findRecord } from "../generations/records/find";
import type { GenerationRecord } from "../generations/records/record";
import { findShare, type ShareRecord } from "./records";

/** What stands behind a link for a visitor. */
export type Visit = { share: ShareRecord; generation: GenerationRecord; video: Video };

export type VisitServices = { db: Database; now(): number };

/**
 * What a link shows. Throws `not_found` for one that never was, and `share_gone` for one that was taken back, is over,
 * or has lost its video.
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
