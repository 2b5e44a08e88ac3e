"use client";

import { useEffect, useRef, useState } from "react";
import { lazyLibrary } from "@/lib/browser/library/lazy-library";
import {
  isEmptyWish,
  NO_WISH,
  readWish,
  toQuery,
  type Wish,
  writeWish,
} from "@/lib/browser/library/wish";

/** Somebody who types rests for this long before the search begins. */
const TYPING_MS = 200;

/** What the library shows. It stands in the address of the page, so that a reload or a bookmark brings it back. */
export function useWish() {
  const [wish, setWish] = useState<Wish>(NO_WISH);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  useEffect(() => {
    const given = readWish(location.search);
    if (isEmptyWish(given)) return;
    setWish(given);
    void lazyLibrary.search(toQuery(given));
  }, []);
  useEffect(() => () => clearTimeout(timer.current), []);

  const change = (part: Partial<Wish>) => {
    const next = { ...wish, ...part };
    setWish(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(
      () => {
        const search = writeWish(next);
        history.replaceState(history.state, "", `${location.pathname}${search && `?${search}`}`);
        void lazyLibrary.search(toQuery(next));
      },
      part.q === undefined ? 0 : TYPING_MS,
    );
  };
  return { wish, change, clear: () => change(NO_WISH) };
}
