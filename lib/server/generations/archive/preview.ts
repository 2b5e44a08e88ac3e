import "server-only";
import { rm } from "node:fs/promises";
import type { Database } from "../../database/database";
import { makePreview } from "../../media/preview";
import { nameScratch } from "../../media/scratch";
import type { MediaStore } from "../../media/store";
import { findRecord } from "../records/find";
import type { GenerationRecord } from "../records/record";
import { posterKey, previewKey, removeMedia } from "./media-keys";

type PreviewServices = { db: Database; media: MediaStore };

const underWay = new Map<string, Promise<void>>();

/** Makes the picture for previews from the poster when somebody asks for it first. Most videos are never shared. */
export async function ensurePreview(
  services: PreviewServices,
  { id, picture }: GenerationRecord,
): Promise<void> {
  const { media } = services;
  if (!picture || (await media.stat(previewKey(id))) || !(await media.stat(posterKey(id)))) return;
  const making = underWay.get(id) ?? storePreview(services, id);
  underWay.set(id, making);
  await making.finally(() => underWay.delete(id));
}

async function storePreview({ db, media }: PreviewServices, id: string): Promise<void> {
  const scratch = `${nameScratch(media.scratchDir)}.jpg`;
  try {
    const poster = Buffer.concat(await Array.fromAsync(media.read(posterKey(id))));
    await makePreview(poster, scratch);
    await media.put(previewKey(id), scratch, "image/jpeg");
  } finally {
    await rm(scratch, { force: true });
  }
  // The generation was deleted meanwhile.
  if (!(await findRecord(db, id))) await removeMedia({ media }, id);
}
