import type { PictureErrorCode, PictureErrorContext } from "./picture-error.ts";

export type RenderJob = {
  /** Path of the picture to begin with. Without one, a picture is painted from the prompt. */
  picture?: string;
  prompt: string;
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
      context: PictureErrorContext | undefined;
      cause: unknown;
    }
  | { type: "failed"; error: unknown };
