import "server-only";
import { isWaiting } from "@/lib/generation";
import { AppError } from "@/lib/problems";
import { removeMedia } from "../generations/archive/media-keys";
import { deleteRecord, findOwned } from "../generations/records/records";
import type { Services } from "../services";
import { revokeShare } from "../shares/records";

/** Removes all that is kept of a generation. Throws `not_found`, and `still_working` while the upstream has it. */
export async function deleteGeneration(
  services: Services,
  owner: string,
  id: string,
): Promise<void> {
  for (;;) {
    const record = await findOwned(services.db, owner, id);
    if (!record) throw new AppError("not_found");
    if (isWaiting(record.state)) throw new AppError("still_working");
    await revokeShare(services.db, id, services.now());
    // The record goes last: what is left when this breaks off can be deleted again.
    await removeMedia(services, id);
    if (!(await deleteRecord(services.db, record, services.now()))) continue;
    services.changes.announce(record);
    return;
  }
}
