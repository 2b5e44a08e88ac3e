"use client";

import { useEffect, useRef } from "react";

type PlayerProps = { url: string; onError: () => void };

/** Begins by itself over the picture that it starts from, unless reduced motion is asked for. */
export function Player({ url, onError }: PlayerProps) {
  const video = useRef<HTMLVideoElement>(null);

  useEffect(() => {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    // Refused where the browser lets nothing play by itself: the controls are there.
    video.current?.play().catch(() => {});
  }, []);

  return (
    <video
      ref={video}
      src={url}
      muted
      loop
      controls
      playsInline
      preload="auto"
      onError={onError}
      className="absolute inset-0 size-full object-cover"
    />
  );
}
