"use client";

import { useEffect, useEffectEvent } from "react";
import { lazyLibrary } from "@/lib/browser/library/lazy-library";

/** Opens the video that the address of the page names, as a link from another page does, and then drops it from there. */
export function useNamedVideo(onOpen: (click: string) => void) {
  const handleOpen = useEffectEvent(onOpen);
  useEffect(() => {
    const fields = new URLSearchParams(location.search);
    const id = fields.get("video");
    if (!id) return;
    fields.delete("video");
    const rest = fields.size > 0 ? `?${fields}` : "";
    history.replaceState(history.state, "", `${location.pathname}${rest}`);
    lazyLibrary.open(id).then(
      (click) => click && handleOpen(click),
      // The page shows the library, and there the video can be opened.
      () => {},
    );
  }, []);
}
