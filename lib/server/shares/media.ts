import "server-only";
import { toFileName } from "@/lib/file-name";
import type { Video } from "@/lib/generation";
import { AppError } from "@/lib/problems";
import type { Rates } from "../gate/rates";
import { findMediaFile, previewKey } from "../generations/archive/media-keys";
import { ensurePreview } from "../generations/archive/preview";
import { withContentLength } from "../http/content-length";
import { getLog } from "../log";
import { serveMedia } from "../media/serve";
import type { MediaStore } from "../media/store";
import { countView } from "./records";
import { requireUnlocked } from "./unlock";
import { type VisitServices, visit } from "./visit";
import { isNewVisitor, isPerson } from "./visitor";

export type SharedMediaServices = VisitServices & { media: MediaStore; rates: Rates };

/** The video or the poster behind a link, for whoever has it and its password. Throws as `visit` does. */
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
  const answer = await serveMedia(request, services.media, kind.keyOf(generation.id), {
    contentType: kind.contentType,
    // To be asked for anew each time, so that a link that was taken back is closed at once, cached or not.
    cacheControl: share.password === undefined ? "public, no-cache" : "private, no-store",
    isPublic: true,
    ...(share.hidePrompt && file === "video.mp4" && { withheldBytes: settingsBytesOf(video) }),
    ...(share.allowDownload && {
      downloadName: toFileName(share.hidePrompt ? "" : generation.input.prompt),
    }),
  });
  // A poster may never have been made; a video was.
  if (!answer) throw new AppError(file === "video.mp4" ? "share_gone" : "not_found");
  if (file === "video.mp4" && isPlay(request, answer)) await count(services, request, slug);
  return withContentLength(answer);
}

// None in a video that was kept before settings were written into it. A length that makes no sense gives nothing away.
function settingsBytesOf({ settingsBytes = 0 }: Video): number {
  if (!Number.isSafeInteger(settingsBytes) || settingsBytes < 0) throw new AppError("share_gone");
  return settingsBytes;
}

// A player begins at the first byte; Safari looks at two bytes before that, robots look at all sorts of places.
function isPlay(request: Request, { status }: Response): boolean {
  const range = request.headers.get("range") ?? "bytes=0-";
  const isBeginning = range.startsWith("bytes=0-") && range !== "bytes=0-1";
  const isWhole = status === 200 || status === 206;
  const isDownload = new URL(request.url).searchParams.has("download");
  return request.method === "GET" && isWhole && isBeginning && !isDownload && isPerson(request);
}

async function count(services: SharedMediaServices, request: Request, slug: string): Promise<void> {
  try {
    if (await isNewVisitor(services, "views", request, slug))
      await countView(services.db, slug, services.now());
  } catch (error) {
    // A view that is not counted is no reason to show nothing.
    getLog().warn({ err: error }, "a view could not be counted");
  }
}
