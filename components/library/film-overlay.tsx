"use client";

import { useLazyMessages } from "@/components/lazy-messages";
import { nameState } from "@/lib/browser/generation/describe";
import { type Generation, isMade } from "@/lib/generation";
import { formatClock } from "@/lib/messages/format";

/** Mounted while it plays, so that no other film keeps a decoder. */
export function FilmPreview({ generation }: { generation: Generation }) {
  if (!isMade(generation)) return null;
  return (
    <video
      src={generation.video.url}
      muted
      autoPlay
      loop
      playsInline
      aria-hidden="true"
      tabIndex={-1}
      className="absolute inset-0 size-full object-contain"
    />
  );
}

/** How long the video is, or what the run is doing. */
export function FilmState({ generation }: { generation: Generation }) {
  const messages = useLazyMessages();
  const seconds = isMade(generation) ? generation.video.durationSeconds : undefined;
  const text = isMade(generation)
    ? seconds !== undefined && formatClock(seconds * 1_000)
    : nameState(generation, messages);
  if (!text) return null;
  return (
    <span
      aria-hidden={isMade(generation) || undefined}
      className="absolute right-1.5 bottom-1.5 max-w-[calc(100%-12px)] truncate rounded-md bg-black/80 px-1.5 py-0.5 font-mono text-tiny text-white"
    >
      {text}
    </span>
  );
}

export function FilmProgress({ fraction }: { fraction: number | undefined }) {
  if (fraction === undefined) return null;
  return (
    <span
      className="absolute bottom-0 left-0 h-[3px] bg-accent transition-[width] duration-250"
      style={{ width: `${fraction * 100}%` }}
    />
  );
}
