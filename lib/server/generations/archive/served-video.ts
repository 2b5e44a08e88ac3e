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

/** Returns the file to serve: for playing the one that browsers play, for saving the one that the model delivered. */
export function findServedVideo(
  id: string,
  video: Video | undefined,
  isDownload: boolean,
): ServedVideo {
  const original = isDownload ? video?.original : undefined;
  // An older video has no settings in it. If the length is invalid, nothing is served, so that nothing is revealed.
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
