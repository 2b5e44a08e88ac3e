import { frameFrom, lastFrameOf } from "./frames";

/** The common position of two videos, in seconds. */
export type Clock = { seconds: number; duration: number; isPlaying: boolean };

export type InStep = {
  play(): void;
  pause(): void;
  seek(seconds: number): void;
  /** Pauses both, and shows the frames that are `by` frames further on. */
  step(frames: number): void;
  /** Stops controlling both. */
  leave(): void;
};

type Pair = readonly [HTMLVideoElement, HTMLVideoElement];

// One and a half frames. A browser's own clock is off by less.
const MOST_APART_SECONDS = 0.06;

/**
 * Plays two videos as one that loops. The longer one leads, and the shorter one shows its last frame until the longer one
 * ends. Calls `onClock` at every change.
 */
export function playInStep(pair: Pair, onClock: (clock: Clock) => void): InStep {
  let isPlaying = false;
  let frame = 0;

  const tell = () => {
    const lead = leadOf(pair);
    onClock({ seconds: lead.currentTime, duration: durationOf(lead), isPlaying });
  };

  const tick = () => {
    const lead = leadOf(pair);
    if (lead.ended) {
      seek(0);
      start(lead);
    }
    follow(pair, lead);
    tell();
    if (isPlaying) frame = requestAnimationFrame(tick);
  };

  const start = (video: HTMLVideoElement) => {
    video.play().catch((error: DOMException) => {
      // The browser blocks autoplay, or the video was paused meanwhile.
      if (error.name === "NotAllowedError") pause();
    });
  };

  const pause = () => {
    isPlaying = false;
    cancelAnimationFrame(frame);
    for (const video of pair) video.pause();
    const lead = leadOf(pair);
    for (const video of pair) if (video !== lead) place(video, lead.currentTime);
    tell();
  };

  const seek = (seconds: number) => {
    for (const video of pair) place(video, seconds);
    // This reports at once, because a slider with an old value would send both back.
    tell();
  };

  for (const video of pair) {
    video.addEventListener("loadedmetadata", tell);
    video.addEventListener("seeked", tell);
  }
  tell();

  return {
    play() {
      if (isPlaying) return;
      isPlaying = true;
      for (const video of pair) start(video);
      tick();
    },
    pause,
    seek,
    step(frames) {
      pause();
      seek(frameFrom(leadOf(pair), frames));
    },
    leave() {
      isPlaying = false;
      cancelAnimationFrame(frame);
      for (const video of pair) {
        video.removeEventListener("loadedmetadata", tell);
        video.removeEventListener("seeked", tell);
        video.pause();
      }
    },
  };
}

function follow(pair: Pair, lead: HTMLVideoElement): void {
  for (const video of pair) {
    if (video === lead || durationOf(video) === 0) continue;
    const isOver = lead.currentTime >= lastFrameOf(video.duration);
    // If one video has to load, the other waits for it.
    const isHeld = isOver || lead.readyState < lead.HAVE_FUTURE_DATA;
    if (isHeld && !video.paused) video.pause();
    if (!isHeld && video.paused) video.play().catch(() => {});
    const isApart = Math.abs(video.currentTime - lead.currentTime) > MOST_APART_SECONDS;
    if (isApart && !video.seeking) place(video, lead.currentTime);
  }
}

function place(video: HTMLVideoElement, seconds: number): void {
  const wanted = Math.min(seconds, lastFrameOf(durationOf(video)));
  if (Math.abs(video.currentTime - wanted) > 0.001) video.currentTime = wanted;
}

function leadOf([one, other]: Pair): HTMLVideoElement {
  return durationOf(other) > durationOf(one) ? other : one;
}

// The duration is unknown until the video's metadata has loaded.
function durationOf({ duration }: HTMLVideoElement): number {
  return Number.isFinite(duration) ? duration : 0;
}
