import type { PictureErrorCode, PictureErrorContext } from "./picture-error.ts";

export const FRAMES_PER_SECOND = 25;

/** How large and how long a video is. Its other side follows the picture's shape. */
export type VideoShape = { longSide: number; frames: number };

/** 5.64 s at 720p: what MiniMax's first model delivers. */
export const usualShape: VideoShape = { longSide: 1280, frames: 141 };

export type RenderJob = {
  /** Path of the picture to begin with. Without one, a picture is painted from the prompt. */
  picture?: string;
  /** Path of the picture to end with. Without one, the camera's path is the end. */
  endPicture?: string;
  prompt: string;
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

/** What the worker tells the thread that started it. */
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
