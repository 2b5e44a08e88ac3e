import "server-only";
import { rm } from "node:fs/promises";
import { getLog } from "../log";
import { ConvertingBusyError, convertVideo } from "./convert/convert";
import { isSystemError } from "./file-errors";
import { repackVideo } from "./repack";
import { readVideoFile, type VideoFile } from "./video-file";

export type PlayableVideo = {
  /** The file that plays: the delivered one, or a new one beside it. */
  path: string;
  file: VideoFile;
  /** Whether the delivered file differs from the one that plays and has to be stored as well. */
  isAnother: boolean;
};

/**
 * Makes a file at `copy` that every browser plays, if the delivered file is not such a file. A file that cannot be repacked or
 * converted stays as it is, because it was paid for and some browsers may play it. Throws only if a later attempt may succeed.
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
