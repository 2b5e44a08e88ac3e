"use client";

import { useEffect, useState } from "react";
import { useLazyMessages } from "@/components/lazy-messages";
import { loadScript } from "@/lib/browser/page/load-script";

export function QrCode({ url }: { url: string }) {
  const { share } = useLazyMessages();
  const [path, setPath] = useState<{ d: string; size: number }>();
  useEffect(() => {
    let isCurrent = true;
    void loadScript(() => import("uqr")).then(({ encode }) => {
      const { data, size } = encode(url, { border: 2 });
      const dots = data.flatMap((row, y) =>
        row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : "")),
      );
      if (isCurrent) setPath({ d: dots.join(""), size });
    });
    return () => {
      isCurrent = false;
    };
  }, [url]);
  return (
    // Dark on white in both themes, because cameras expect that.
    <svg
      role="img"
      aria-label={share.qrCode}
      viewBox={`0 0 ${path?.size ?? 33} ${path?.size ?? 33}`}
      className="size-36 self-center rounded-control bg-white"
    >
      <path d={path?.d} fill="#000" shapeRendering="crispEdges" />
    </svg>
  );
}
