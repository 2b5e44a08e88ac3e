import "server-only";
import { toFileName } from "@/lib/file-name";
import { AppError } from "@/lib/problems";
import type { Rates } from "../gate/rates";
import { findMediaFile, previewKey, videoKey } from "../generations/archive/media-keys";
import { ensurePreview } from "../generations/archive/preview";
import { findServedVideo, isDownload } from "../generations/archive/served-video";
import { withContentLength } from "../http/content-length";
import { getLog } from "../log";
import { serveMedia } from "../media/serve";
import type { MediaStore } from "../media/store";
import { getMeters } from "../metrics/meters";
import { countView } from "./records";
import { requireUnlocked } from "./unlock";
import { type VisitServices, visit } from "./visit";
import { isNewVisitor, isPerson } from "./visitor";

export type SharedMediaServices = VisitServices & { media: MediaStore; rates: Rates };

/** Serves the video or the poster of a link to anyone who has the link and its password. Throws as `visit` does. */
export async function serveSharedMedia(
  services: SharedMediaServices,
  request: Request,
  { slug, file }: { slug: string; file: string },
): Promise<Response> {
  const kind = findMediaFile(file);
  if (!kind) throw new AppError("not_found");
  const { share, generation, video } = await visit(services, slug);
  await requireUnlocked(request, share);
  if (kind.keyOf === previewKey) await ensurePreview(services, generation);
  const isVideo = kind.keyOf === videoKey;
  const isSaved = share.allowDownload && isDownload(request);
  const served = isVideo
    ? findServedVideo(generation.id, video, isSaved)
    : { key: kind.keyOf(generation.id), contentType: kind.contentType, extension: "jpg" };
  const answer = await serveMedia(request, services.media, served.key, {
    contentType: served.contentType,
    // A browser has to revalidate each time, so that a revoked link stops at once even if the file is cached.
    cacheControl: share.password === undefined ? "public, no-cache" : "private, no-store",
    isPublic: true,
    ...(share.hidePrompt && "settingsBytes" in served && { withheldBytes: served.settingsBytes }),
    ...(share.allowDownload && {
      downloadName: toFileName(
        generation.title ?? (share.hidePrompt ? "" : generation.input.prompt),
        served.extension,
      ),
    }),
  });
  // A poster may be missing, but a video always exists.
  if (!answer) throw new AppError(isVideo ? "share_gone" : "not_found");
  if (isVideo && isPlay(request, answer)) await count(services, request, slug);
  return withContentLength(answer);
}

// A player begins at the first byte. Safari reads two bytes before that, and robots read anywhere.
function isPlay(request: Request, { status }: Response): boolean {
  const range = request.headers.get("range") ?? "bytes=0-";
  const isBeginning = range.startsWith("bytes=0-") && range !== "bytes=0-1";
  const isWhole = status === 200 || status === 206;
  const isSaved = new URL(request.url).searchParams.has("download");
  return request.method === "GET" && isWhole && isBeginning && !isSaved && isPerson(request);
}

async function count(services: SharedMediaServices, request: Request, slug: string): Promise<void> {
  try {
    if (!(await isNewVisitor(services, "views", request, slug))) return;
    await countView(services.db, slug, services.now());
    getMeters().views.inc();
  } catch (error) {
    // The video is shown even if the view cannot be counted.
    getLog().warn({ err: error }, "a view could not be counted");
  }
}
