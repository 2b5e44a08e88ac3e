import "server-only";
import { rm } from "node:fs/promises";
import { getLog } from "../log";
import { ConvertingBusyError, convertVideo } from "./convert/convert";
import { isSystemError } from "./file-errors";
import { repackVideo } from "./repack";
import { readVideoFile, type VideoFile } from "./video-file";

export type PlayableVideo = {
  /** The file that plays: the one that came, or a new one beside it. */
  path: string;
  file: VideoFile;
  /** Whether what came is something else than what plays, and has to be kept as well. */
  isAnother: boolean;
};

/**
 * Makes a file that every browser plays out of one that not every browser does, as `copy`. What can't be repacked or converted
 * plays as it came, where a browser can: it is a video, and it was paid for. Throws only where another try may succeed.
 */
export async function makePlayable(
  path: string,
  came: VideoFile,
  copy: string,
): Promise<PlayableVideo> {
  const asItCame = { path, file: came, isAnother: false };
  if (came.needs === "nothing" || came.needs === "unknown") return asItCame;
  try {
    if (came.needs === "container") await repackVideo(path, copy);
    else await convertVideo(path, copy, came);
    const file = await readVideoFile(copy);
    if (file.needs !== "nothing") throw new Error(`What was made still needs ${file.needs}`);
    const isAnother = came.needs === "codecs" || came.contentType !== file.contentType;
    return { path: copy, file, isAnother };
  } catch (error) {
    await rm(copy, { force: true });
    if (error instanceof ConvertingBusyError || isSystemError(error)) throw error;
    getLog().warn({ err: error, contentType: came.contentType }, "a video is kept as it came");
    return asItCame;
  }
}
