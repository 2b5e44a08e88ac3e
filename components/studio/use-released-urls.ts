"use client";

import { useEffect, useRef } from "react";

/** Lets go of the files behind the object URLs that are no longer among these: each holds a whole picture in memory. */
export function useReleasedUrls(urls: readonly (string | undefined)[]) {
  const last = useRef<readonly (string | undefined)[]>([]);
  useEffect(() => {
    for (const url of last.current) {
      if (url?.startsWith("blob:") && !urls.includes(url)) URL.revokeObjectURL(url);
    }
    last.current = urls;
  }, [urls]);
}
