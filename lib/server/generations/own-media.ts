import "server-only";
import { toFileName } from "@/lib/format";
import { AppError } from "@/lib/problems";
import { withContentLength } from "../http";
import { serveMedia } from "../media/serve";
import { getServices } from "../services";
import { requireOwner } from "../session";
import { findMediaFile } from "./media-keys";
import { findOwned } from "./records";

/** The video or the poster of a generation, for its owner. Throws `not_found` for everyone else. */
export async function serveOwnMedia(request: Request, id: string, file: string): Promise<Response> {
  const kind = findMediaFile(file);
  if (!kind) throw new AppError("not_found");
  const { db, media } = await getServices();
  const record = await findOwned(db, await requireOwner(request), id);
  const answer =
    record &&
    (await serveMedia(request, media, kind.keyOf(id), {
      contentType: kind.contentType,
      // Its owner may delete it: each use asks whether it is still there.
      cacheControl: "private, no-cache",
      downloadName: toFileName(record.input.prompt),
    }));
  if (!answer) throw new AppError("not_found");
  return withContentLength(answer);
}
