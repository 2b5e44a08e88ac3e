"use client";

import { useEffect, useRef, useState } from "react";
import { lazyLibrary } from "@/lib/browser/library/lazy-library";
import { NO_WISH, readWish, toQuery, writeWish } from "@/lib/browser/library/wish";

/** Somebody who types rests for this long before the search begins. */
const TYPING_MS = 200;

/** Searches what has a link. The words stand in the address, so that a reload or a bookmark brings them back. */
export function useLinkSearch() {
  const [q, setQ] = useState("");
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  useEffect(() => {
    const given = readWish(location.search).q;
    setQ(given);
    void search(given);
    return () => clearTimeout(timer.current);
  }, []);

  const change = (next: string) => {
    setQ(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(
      () => {
        const words = writeWish({ ...NO_WISH, q: next });
        history.replaceState(history.state, "", `${location.pathname}${words && `?${words}`}`);
        void search(next);
      },
      next === "" ? 0 : TYPING_MS,
    );
  };
  return { q, change, repeat: () => void search(q) };
}

function search(q: string): Promise<void> {
  return lazyLibrary.search(toQuery({ ...NO_WISH, q, marks: ["shared"] }));
}
