import "server-only";
import { downloadZip } from "client-zip";
import { toFileName } from "@/lib/file-name";
import { AppError } from "@/lib/problems";
import type { Database } from "../database/database";
import { findServedVideo } from "../generations/archive/served-video";
import { findOwned } from "../generations/records/find";
import type { MediaStore } from "../media/store";

type Entry = { name: string; size: number; lastModified: Date; key: string };

/**
 * Streams the videos of some of an owner's generations as one ZIP file, without compression, because a video has been
 * compressed already. Throws `not_found` if none of them has a video.
 */
export async function zipVideos(
  { db, media }: { db: Database; media: MediaStore },
  owner: string,
  ids: readonly string[],
): Promise<Response> {
  const entries: Entry[] = [];
  for (const id of new Set(ids)) {
    const record = await findOwned(db, owner, id);
    if (record?.state.status !== "done") continue;
    const { key, extension } = findServedVideo(id, record.state.video, true);
    const file = await media.stat(key);
    if (!file) continue;
    const name = nameOnce(toFileName(record.title ?? record.input.prompt, extension), entries);
    entries.push({ name, size: file.bytes, lastModified: file.modifiedAt, key });
  }
  if (entries.length === 0) throw new AppError("not_found");
  const zip = downloadZip(read(media, entries), { metadata: entries });
  return new Response(zip.body, {
    headers: {
      "content-type": "application/zip",
      "content-disposition": 'attachment; filename="firstframe.zip"',
      "cache-control": "no-store",
    },
  });
}

/** Opens each file only when the one before has been sent. */
async function* read(media: MediaStore, entries: readonly Entry[]) {
  for (const { key, ...entry } of entries) yield { ...entry, input: media.read(key) };
}

/** Two files of one name would overwrite each other when the ZIP is opened. */
function nameOnce(name: string, others: readonly Entry[]): string {
  const names = new Set(others.map((other) => other.name));
  let free = name;
  for (let count = 2; names.has(free); count++) free = name.replace(/(\.\w+)$/, `-${count}$1`);
  return free;
}
