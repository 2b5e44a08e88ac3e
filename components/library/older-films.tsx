"use client";

import { useEffect, useEffectEvent, useRef } from "react";
import { useLazyMessages } from "@/components/lazy-messages";
import { Button } from "@/components/ui/button";
import type { More } from "@/lib/browser/library/library";

/** Loads the next page when it scrolls into view. The button is for visitors who scroll with the keyboard. */
export function OlderFilms({ more, onLoadMore }: { more: More; onLoadMore: () => void }) {
  const messages = useLazyMessages().library;
  const end = useRef<HTMLLIElement>(null);
  const handleView = useEffectEvent(onLoadMore);

  useEffect(() => {
    if (more !== "ready") return;
    // A new observer for each page: an observer only reports changes, and the end may still be in view.
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) handleView();
      },
      { rootMargin: "600px 0px" },
    );
    if (end.current) observer.observe(end.current);
    return () => observer.disconnect();
  }, [more]);

  return (
    <li ref={end} className="grid place-items-center py-2">
      <Button kind="quiet" onClick={onLoadMore} disabled={more === "loading"}>
        {more === "loading"
          ? messages.loading
          : more === "failed"
            ? messages.tryAgain
            : messages.showOlder}
      </Button>
    </li>
  );
}
