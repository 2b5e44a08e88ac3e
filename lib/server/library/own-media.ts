import "server-only";
import { toFileName } from "@/lib/file-name";
import { AppError } from "@/lib/problems";
import type { Database } from "../database/database";
import {
  findMediaFile,
  posterKey,
  thumbnailKey,
  videoKey,
} from "../generations/archive/media-keys";
import { findServedVideo, isDownload } from "../generations/archive/served-video";
import { findOwned } from "../generations/records/find";
import { withContentLength } from "../http/content-length";
import { serveMedia } from "../media/serve";
import type { MediaStore } from "../media/store";
import { requireOwner } from "../sessions/owner";

/** Serves the video or a picture of a generation to its owner. Throws `not_found` for everyone else. */
export async function serveOwnMedia(
  { db, media }: { db: Database; media: MediaStore },
  request: Request,
  { id, file }: { id: string; file: string },
): Promise<Response> {
  const kind = findMediaFile(file);
  if (!kind) throw new AppError("not_found");
  const record = await findOwned(db, await requireOwner(request), id);
  if (!record) throw new AppError("not_found");
  const { state } = record;
  const video = state.status === "done" ? state.video : undefined;
  const served =
    kind.keyOf === videoKey
      ? findServedVideo(id, video, isDownload(request))
      : { key: kind.keyOf(id), contentType: kind.contentType, extension: "jpg" };
  const serve = (key: string) =>
    serveMedia(request, media, key, {
      contentType: served.contentType,
      // The owner may delete it, so a browser has to ask at each use whether it still exists.
      cacheControl: "private, no-cache",
      downloadName: toFileName(record.title ?? record.input.prompt, served.extension),
    });
  // An older generation has no thumbnail, only its poster.
  const answer =
    (await serve(served.key)) ??
    (kind.keyOf === thumbnailKey ? await serve(posterKey(id)) : undefined);
  if (!answer) throw new AppError("not_found");
  return withContentLength(answer);
}
