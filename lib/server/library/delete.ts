import "server-only";
import { isWaiting } from "@/lib/generation";
import { AppError } from "@/lib/problems";
import type { Database } from "../database/database";
import { removeMedia } from "../generations/archive/media-keys";
import type { Changes } from "../generations/records/changes";
import { deleteRecord } from "../generations/records/delete";
import { findOwned } from "../generations/records/find";
import type { MediaStore } from "../media/store";
import { revokeShare } from "../shares/records";

export type DeleteServices = {
  db: Database;
  media: MediaStore;
  changes: Changes;
  now(): number;
};

/** Removes everything that is stored of a generation. Throws `not_found`, and `still_working` while the upstream has it. */
export async function deleteGeneration(
  services: DeleteServices,
  owner: string,
  id: string,
): Promise<void> {
  for (;;) {
    const record = await findOwned(services.db, owner, id);
    if (!record) throw new AppError("not_found");
    if (isWaiting(record.state)) throw new AppError("still_working");
    await revokeShare(services.db, id, services.now());
    // The record is deleted last, so that a deletion that was interrupted can be repeated.
    await removeMedia(services, id);
    if (!(await deleteRecord(services.db, record, services.now()))) continue;
    services.changes.announce(record);
    return;
  }
}
