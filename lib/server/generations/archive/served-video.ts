import "server-only";
import type { Video } from "@/lib/generation";
import { AppError } from "@/lib/problems";
import { servedAs } from "@/lib/video/containers";
import { originalKey, videoKey } from "./media-keys";

type ServedVideo = {
  key: string;
  contentType: string;
  extension: string;
  /** How many bytes at the end of the file are its settings. */
  settingsBytes: number;
};

/** The file that an address serves: to play, the one that browsers play; to save, the one that the model delivered. */
export function findServedVideo(
  id: string,
  video: Video | undefined,
  isDownload: boolean,
): ServedVideo {
  const original = isDownload ? video?.original : undefined;
  // None in a video that was kept before settings were written into it. A length that makes no sense gives nothing away.
  const { contentType, settingsBytes = 0 } = original ?? video ?? {};
  if (!Number.isSafeInteger(settingsBytes) || settingsBytes < 0) throw new AppError("share_gone");
  return {
    key: original ? originalKey(id) : videoKey(id),
    ...servedAs(contentType),
    settingsBytes,
  };
}

export function isDownload({ url }: Request): boolean {
  return new URL(url).searchParams.get("download") === "1";
}
