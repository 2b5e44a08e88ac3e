"use client";

import { type ImgHTMLAttributes, useState } from "react";

type PictureProps = Omit<ImgHTMLAttributes<HTMLImageElement>, "src" | "onError" | "alt"> & {
  url: string | undefined;
  alt: string;
};

/** A picture, or an empty frame if there is none or its file is missing. */
export function Picture({ url, alt, ...props }: PictureProps) {
  const [broken, setBroken] = useState<string>();
  if (!url || url === broken) return <EmptyFrame />;
  // biome-ignore lint/performance/noImgElement: the picture is an object URL, or has its final size already, and may be on another host.
  return <img src={url} alt={alt} decoding="async" onError={() => setBroken(url)} {...props} />;
}

function EmptyFrame() {
  return (
    <svg
      viewBox="0 0 32 32"
      fill="none"
      aria-hidden="true"
      className="absolute inset-0 m-auto size-8 text-line-strong"
    >
      <rect x="3" y="3" width="26" height="26" rx="6" stroke="currentColor" strokeWidth="2" />
      <path d="M12.5 9.5v13l10.5-6.5z" fill="currentColor" />
    </svg>
  );
}
