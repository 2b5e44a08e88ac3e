import "server-only";
import { rm } from "node:fs/promises";
import type { Size } from "@/lib/generation";
import { MAX_PICTURE_BYTES } from "@/lib/models/limits";
import type { Database } from "../../database/database";
import { getLog } from "../../log";
import { makePoster, makeThumbnail } from "../../media/poster";
import { nameScratch } from "../../media/scratch";
import type { MediaStore } from "../../media/store";
import { fetchFile, isUpstreamFile } from "../../upstream/files";
import type { Upstream } from "../../upstream/target";
import type { Changes } from "../records/changes";
import { findRecord } from "../records/find";
import type { GenerationRecord } from "../records/record";
import { updatePicture } from "../records/update";
import { upstreamOf } from "../records/upstream-of";
import { posterKey, removeMedia, thumbnailKey } from "./media-keys";

const FETCHED_WITHIN_MS = 60_000;
const TRIES = 3;

export type PictureServices = {
  db: Database;
  media: MediaStore;
  upstream: Upstream;
  changes: Changes;
  now(): number;
};

/** Whether to store the first frame while the run has not ended. */
export function isPictureWanted({ state, picture, checks, input }: GenerationRecord): boolean {
  const isWaiting = state.status === "queued" || state.status === "running";
  return isWaiting && !picture && checks < TRIES && input.image_url !== undefined;
}

export async function storePictureIfPossible(
  services: PictureServices,
  record: GenerationRecord,
): Promise<void> {
  const { id } = record;
  try {
    const kept = await storePicture(services, record);
    if (kept && !(await findRecord(services.db, id))) await removeMedia(services, id);
  } catch (error) {
    // The picture is tried again with the video; the run itself does not wait for it.
    getLog().warn({ generation: id, err: error }, "the picture could not be kept");
  }
}

/**
 * Stores the first frame as the poster, and as the picture for another run if the provider's copy is gone. Returns its
 * size, or `undefined` if this server does not fetch from the picture's host.
 */
export async function storePicture(
  services: PictureServices,
  record: GenerationRecord,
): Promise<Size | undefined> {
  const bytes = await readPicture(services, record);
  return bytes && storePoster(services, record, bytes);
}

/** Stores it in two sizes: one for the stage and for links, and a small one for lists. */
export async function storePoster(
  { db, media, changes, now }: PictureServices,
  { id, owner }: Pick<GenerationRecord, "id" | "owner">,
  picture: Uint8Array,
): Promise<Size> {
  const scratch = nameScratch(media.scratchDir);
  const [poster, thumbnail] = [`${scratch}.jpg`, `${scratch}.small.jpg`];
  try {
    const size = await makePoster(picture, poster);
    await makeThumbnail(poster, thumbnail);
    await media.put(posterKey(id), poster, "image/jpeg");
    await media.put(thumbnailKey(id), thumbnail, "image/jpeg");
    await updatePicture(db, id, size, now());
    changes.announce({ owner, id });
    return size;
  } finally {
    await Promise.all([poster, thumbnail].map((file) => rm(file, { force: true })));
  }
}

async function readPicture(services: PictureServices, record: GenerationRecord) {
  const url = URL.parse(record.input.image_url ?? "");
  if (!url || !isUpstreamFile(url)) return undefined;
  const limits = { maxBytes: MAX_PICTURE_BYTES, timeoutMs: FETCHED_WITHIN_MS };
  return Buffer.concat(
    await Array.fromAsync(fetchFile(url, await upstreamOf(services, record), limits)),
  );
}
