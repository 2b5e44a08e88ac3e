"use client";

import type { Ref } from "react";
import { useLazyMessages } from "@/components/lazy-messages";
import { Button } from "@/components/ui/button";
import type { Clock } from "@/lib/browser/player/in-step";
import { fill } from "@/lib/messages/fill";

type TransportProps = {
  playButton: Ref<HTMLButtonElement>;
  clock: Clock;
  onPlay: () => void;
  onPause: () => void;
  onSeek: (seconds: number) => void;
  onStep: (frames: number) => void;
};

/** The controls for both videos. */
export function Transport({ playButton, clock, onPlay, onPause, onSeek, onStep }: TransportProps) {
  const words = useLazyMessages().sideBySide;
  const { seconds, duration, isPlaying } = clock;
  const said = fill(words.clock, { seconds: seconds.toFixed(1), duration: duration.toFixed(1) });
  return (
    <div className="order-1 flex flex-wrap items-center gap-x-3 gap-y-2 sm:col-span-2">
      <Button
        ref={playButton}
        kind="primary"
        className="min-w-22"
        onClick={isPlaying ? onPause : onPlay}
      >
        {isPlaying ? words.pause : words.play}
      </Button>
      <Button aria-label={words.oneBack} aria-keyshortcuts="," onClick={() => onStep(-1)}>
        <Arrow className="rotate-180" />
      </Button>
      <Button aria-label={words.oneForward} aria-keyshortcuts="." onClick={() => onStep(1)}>
        <Arrow />
      </Button>
      <input
        type="range"
        aria-label={words.position}
        aria-valuetext={said}
        min={0}
        max={duration || 1}
        step={0.04}
        value={seconds}
        onChange={({ target }) => onSeek(target.valueAsNumber)}
        className="h-11 min-w-40 flex-1 cursor-pointer accent-accent"
      />
      <span className="text-note text-muted tabular-nums">{said}</span>
    </div>
  );
}

function Arrow({ className = "" }: { className?: string }) {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true" className={`size-4 ${className}`}>
      <path d="M3 3v10l7-5zM11 3h2v10h-2z" fill="currentColor" />
    </svg>
  );
}
