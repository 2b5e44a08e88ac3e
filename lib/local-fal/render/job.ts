import type { PictureErrorCode, PictureErrorContext } from "./picture-error.ts";

export const FRAMES_PER_SECOND = 25;

/** The size and length of a video. Its other side follows from the shape of the picture. */
export type VideoShape = { longSide: number; frames: number };

/** 5.64 s at 720p: the output of MiniMax's first model. */
export const usualShape: VideoShape = { longSide: 1280, frames: 141 };

export type RenderJob = {
  /** Path of the first picture. If absent, a picture is painted from the prompt. */
  picture?: string;
  /** Path of the last picture. If absent, the video ends where the camera's path ends. */
  endPicture?: string;
  prompt: string;
  /** Makes this video differ from others of the same words. The same seed gives the same video. */
  seed?: number;
  shape?: VideoShape;
  /** Path of the MP4. */
  output: string;
};

export type RenderedVideo = {
  width: number;
  height: number;
  frames: number;
  durationSeconds: number;
  bytes: number;
};

/** The messages from the worker to the thread that started it. */
export type WorkerMessage =
  | { type: "progress"; framesDone: number; framesWanted: number }
  | { type: "done"; video: RenderedVideo }
  | {
      type: "refused";
      code: PictureErrorCode;
      path: string;
      context: PictureErrorContext | undefined;
      cause: unknown;
    }
  | { type: "failed"; error: unknown };
