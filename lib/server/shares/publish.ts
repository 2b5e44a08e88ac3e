import "server-only";
import { z } from "zod";
import { AppError } from "@/lib/problems";
import type { Database } from "../database/database";
import type { Changes } from "../generations/records/changes";
import { findOwned } from "../generations/records/find";
import { writeRemoveAt } from "../generations/records/update";
import { hashPassword } from "./password";
import { revokeShare, type ShareRecord, writeShare } from "./records";

/** The options of a link that an owner may set. `null` removes an option, and an absent one stays as it is. */
export const shareOptionsSchema = z.strictObject({
  password: z.string().min(1).max(200).nullable().optional(),
  expiresInHours: z
    .number()
    .positive()
    .max(24 * 366)
    .nullable()
    .optional(),
  hidePrompt: z.boolean().optional(),
  allowDownload: z.boolean().optional(),
});

type Options = z.infer<typeof shareOptionsSchema>;

export type PublishServices = { db: Database; changes: Changes; now(): number };

/** Makes a generation's link, or changes it. Throws `not_found`, and `not_shareable` before the video is stored. */
export async function publish(
  { db, changes, now }: PublishServices,
  owner: string,
  id: string,
  { password, expiresInHours, ...options }: Options,
): Promise<ShareRecord> {
  const record = await findOwned(db, owner, id);
  if (!record) throw new AppError("not_found");
  if (record.state.status !== "done") throw new AppError("not_shareable");
  // It no longer goes by age. If a quota still wants it, the next turn says so.
  if (record.removeAt !== undefined) await writeRemoveAt(db, id, undefined, now());
  const place = { generationId: id, owner, now: now() };
  const share = await writeShare(db, place, {
    ...options,
    password: password && (await hashPassword(password)),
    expiresAt: expiresInHours && now() + Math.round(expiresInHours * 3_600_000),
  });
  changes.announce({ owner, id });
  return share;
}

/** Revokes a link at once and for good. Throws `not_found`, also if there is no link. */
export async function unpublish(
  { db, changes, now }: PublishServices,
  owner: string,
  id: string,
): Promise<void> {
  if (!(await findOwned(db, owner, id))) throw new AppError("not_found");
  if (!(await revokeShare(db, id, now()))) throw new AppError("not_found");
  changes.announce({ owner, id });
}
