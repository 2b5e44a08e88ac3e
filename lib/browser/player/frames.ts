/** The model's videos have 25 frames a second, and so have the local fal's. */
const FRAME_SECONDS = 1 / 25;
/** A player that loops is past the last frame before a hand has pressed a button. */
const NEAR_END_SECONDS = 0.3;
/** Some models make 24 a second. */
const LONGEST_FRAME_SECONDS = 1 / 24;
const READ_WITHIN_MS = 30_000;
const SHOWN_WITHIN_MS = 1000;

/**
 * What the player shows, in the video's own size; of one that plays and is about to begin again, the last frame.
 * Read from our own copy of it: the player may play from fal still, whose pixels a page may not read.
 */
export async function captureFrame(player: HTMLVideoElement, url: string): Promise<File> {
  const { paused, currentTime, duration } = player;
  player.pause();
  const isEnding = !paused && duration - currentTime < NEAR_END_SECONDS;
  const find = isEnding ? lastFrameOf : () => currentTime;
  return readFrame(url, find, AbortSignal.timeout(READ_WITHIN_MS));
}

/** The first frame of a video that nobody has looked at yet. */
export async function readFirstFrame(video: Blob, signal: AbortSignal): Promise<File> {
  const url = URL.createObjectURL(video);
  try {
    const until = AbortSignal.any([signal, AbortSignal.timeout(READ_WITHIN_MS)]);
    return await readFrame(url, () => 0, until);
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Pauses, and shows the frame that is so many further on. */
export function stepFrames(player: HTMLVideoElement, by: number): void {
  hold(player);
  player.currentTime = frameFrom(player, by);
}

/** Where the frame is that is so many further on, in seconds. */
export function frameFrom({ currentTime, duration }: HTMLVideoElement, by: number): number {
  // A browser may stop a little before where it was sent to.
  const shown = Math.floor(currentTime / FRAME_SECONDS + 0.01);
  // To the middle of a frame: its edges belong to either.
  const middle = (shown + by + 0.5) * FRAME_SECONDS;
  return Math.min(Math.max(middle, FRAME_SECONDS / 2), lastFrameOf(duration));
}

export function showLastFrame(player: HTMLVideoElement): void {
  hold(player);
  player.currentTime = lastFrameOf(player.duration);
}

// The player sees to it by itself, but only a moment later, and not before it has played at all.
function hold(player: HTMLVideoElement) {
  player.pause();
  player.loop = false;
}

/** Until this picture can take another's place at once: the one before it would be seen for a moment otherwise. */
export async function untilDrawable(url: string): Promise<void> {
  const picture = new Image();
  picture.src = url;
  // What can't be drawn shows as that where it stands.
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
    // Never to 0, where it is already: Safari draws nothing before it was sent somewhere.
    const seconds = Math.max(find(video.duration), 0.001);
    const found = untilEvent(video, "seeked", signal);
    const shown = untilShown(video, seconds);
    video.currentTime = seconds;
    await found;
    await Promise.race([shown, new Promise((resolve) => setTimeout(resolve, SHOWN_WITHIN_MS))]);
    return await draw(video);
  } finally {
    // Lets go of the file at once.
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

// After `seeked` the frame from before may still be what is drawn. A tab that is hidden never hears of the new one.
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
  // Of sound alone, or of pictures that this browser can't decode.
  if (video.videoWidth === 0) throw new Error("the video shows nothing");
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("this browser gives no canvas");
  context.drawImage(video, 0, 0);
  const png = await canvas.convertToBlob({ type: "image/png" });
  return new File([png], "frame.png", { type: "image/png" });
}
