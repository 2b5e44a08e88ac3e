"use client";

import { type KeyboardEvent, type RefObject, useEffect, useState } from "react";
import { loadScript } from "@/lib/browser/page/load-script";

type PlayerProps = {
  video: RefObject<HTMLVideoElement | null>;
  /** May become another address of the same video: what plays goes on, unless it breaks. */
  url: string;
  onError: () => void;
};

/** Begins by itself over the picture that it starts from, unless reduced motion is asked for. */
export function Player({ video, url, onError }: PlayerProps) {
  const [source, setSource] = useState(url);

  useEffect(() => {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    // Refused where the browser lets nothing play by itself: the controls are there.
    video.current?.play().catch(() => {});
  }, [video]);

  return (
    <video
      ref={video}
      src={source}
      muted
      loop
      controls
      playsInline
      preload="auto"
      aria-keyshortcuts=", ."
      onKeyDown={handleKey}
      // One that loops can't be stopped on its last frame: a browser begins again as soon as it is sent there.
      onPause={({ currentTarget }) => {
        currentTarget.loop = false;
      }}
      onPlay={({ currentTarget }) => {
        currentTarget.loop = true;
      }}
      onError={() => (source === url ? onError() : setSource(url))}
      className="absolute inset-0 size-full object-cover"
    />
  );
}

async function handleKey(event: KeyboardEvent<HTMLVideoElement>) {
  const { key, currentTarget, ctrlKey, metaKey, altKey } = event;
  if ((key !== "," && key !== ".") || ctrlKey || metaKey || altKey) return;
  const { stepFrames } = await loadScript(() => import("@/lib/browser/player/frames"));
  stepFrames(currentTarget, key === "." ? 1 : -1);
}
