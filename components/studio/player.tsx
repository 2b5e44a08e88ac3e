"use client";

import { useEffect, useRef, useState } from "react";

type PlayerProps = {
  /** May become another address of the same video: what plays goes on, unless it breaks. */
  url: string;
  onError: () => void;
};

/** Begins by itself over the picture that it starts from, unless reduced motion is asked for. */
export function Player({ url, onError }: PlayerProps) {
  const video = useRef<HTMLVideoElement>(null);
  const [source, setSource] = useState(url);

  useEffect(() => {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    // Refused where the browser lets nothing play by itself: the controls are there.
    video.current?.play().catch(() => {});
  }, []);

  return (
    <video
      ref={video}
      src={source}
      muted
      loop
      controls
      playsInline
      preload="auto"
      onError={() => (source === url ? onError() : setSource(url))}
      className="absolute inset-0 size-full object-cover"
    />
  );
}
