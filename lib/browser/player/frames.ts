import { checkCanvas } from "../picture/canvas-truth";

/** The model and the local fal make videos with 25 frames a second. */
const FRAME_SECONDS = 1 / 25;
/** A looping player has passed the last frame before a person can press a button. */
const NEAR_END_SECONDS = 0.3;
/** Some models make 24 frames a second. */
const LONGEST_FRAME_SECONDS = 1 / 24;
const READ_WITHIN_MS = 30_000;
const SHOWN_WITHIN_MS = 1000;

/**
 * Returns the frame that the player shows, in the video's own size; the last frame if the player is about to begin again.
 * Reads it from our own copy at `url`, because the player may still play from fal, and a page may not read those pixels.
 */
export async function captureFrame(player: HTMLVideoElement, url: string): Promise<File> {
  const { paused, currentTime, duration } = player;
  player.pause();
  const isEnding = !paused && duration - currentTime < NEAR_END_SECONDS;
  const find = isEnding ? lastFrameOf : () => currentTime;
  return readFrame(url, find, AbortSignal.timeout(READ_WITHIN_MS));
}

/** Returns the first frame of a video file. Rejects if the video cannot be shown, or when the signal aborts. */
export async function readFirstFrame(video: Blob, signal: AbortSignal): Promise<File> {
  const url = URL.createObjectURL(video);
  try {
    const until = AbortSignal.any([signal, AbortSignal.timeout(READ_WITHIN_MS)]);
    return await readFrame(url, () => 0, until);
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Returns the frame that a video of ours begins or ends with. */
export function readEnd(url: string, end: "first" | "last"): Promise<File> {
  const find = end === "first" ? () => 0 : lastFrameOf;
  return readFrame(url, find, AbortSignal.timeout(READ_WITHIN_MS));
}

/** Pauses, and shows the frame `by` frames further on. */
export function stepFrames(player: HTMLVideoElement, by: number): void {
  stopLooping(player);
  player.currentTime = frameFrom(player, by);
}

/** Returns the time of the frame `by` frames further on, in seconds. */
export function frameFrom({ currentTime, duration }: HTMLVideoElement, by: number): number {
  // A browser may stop slightly before the time that it was set to.
  const shown = Math.floor(currentTime / FRAME_SECONDS + 0.01);
  // This is the middle of the frame, because its edges may show the neighbour.
  const middle = (shown + by + 0.5) * FRAME_SECONDS;
  return Math.min(Math.max(middle, FRAME_SECONDS / 2), lastFrameOf(duration));
}

export function showLastFrame(player: HTMLVideoElement): void {
  stopLooping(player);
  player.currentTime = lastFrameOf(player.duration);
}

// The player stops looping by itself, but only a moment later, and not before it has played.
function stopLooping(player: HTMLVideoElement) {
  player.pause();
  player.loop = false;
}

/** Resolves when the picture is decoded, so that it can replace another at once, without a gap. */
export async function untilDrawable(url: string): Promise<void> {
  const picture = new Image();
  picture.src = url;
  // If it cannot be decoded, the page shows that in its place.
  await picture.decode().catch(() => {});
}

export function lastFrameOf(duration: number): number {
  return Math.max(0, duration - FRAME_SECONDS / 2);
}

async function readFrame(
  url: string,
  find: (duration: number) => number,
  signal: AbortSignal,
): Promise<File> {
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.preload = "auto";
  try {
    const loaded = untilEvent(video, "loadedmetadata", signal);
    video.src = url;
    await loaded;
    // Never exactly 0, where the player is already, because Safari draws nothing before it has seeked.
    const seconds = Math.max(find(video.duration), 0.001);
    const found = untilEvent(video, "seeked", signal);
    const shown = untilShown(video, seconds);
    video.currentTime = seconds;
    await found;
    await Promise.race([shown, new Promise((resolve) => setTimeout(resolve, SHOWN_WITHIN_MS))]);
    return await draw(video);
  } finally {
    // This releases the file at once.
    video.removeAttribute("src");
    video.load();
  }
}

function untilEvent(
  video: HTMLVideoElement,
  event: "loadedmetadata" | "seeked",
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    video.addEventListener(event, () => resolve(), { once: true });
    video.addEventListener("error", () => reject(new Error(video.error?.message)), { once: true });
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    if (signal.aborted) reject(signal.reason);
  });
}

// After `seeked`, the browser may still draw the frame before. A hidden tab never gets the callback.
function untilShown(video: HTMLVideoElement, seconds: number): Promise<void> {
  return new Promise((resolve) => {
    const check = (_: number, { mediaTime }: VideoFrameCallbackMetadata) => {
      const since = seconds - mediaTime;
      if (since > -0.001 && since < LONGEST_FRAME_SECONDS) resolve();
      else video.requestVideoFrameCallback(check);
    };
    video.requestVideoFrameCallback?.(check);
  });
}

async function draw(video: HTMLVideoElement): Promise<File> {
  // The file has only sound, or this browser can't decode its video.
  if (video.videoWidth === 0)
    throw new Error("the video has no picture that this browser can show");
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("this browser has no canvas");
  context.drawImage(video, 0, 0);
  // A browser that hides itself behind noise must not have the noise sent as the next picture.
  checkCanvas(canvas);
  const png = await canvas.convertToBlob({ type: "image/png" });
  return new File([png], "frame.png", { type: "image/png" });
}
