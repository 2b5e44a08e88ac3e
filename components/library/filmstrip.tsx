"use client";

import { Suspense, useEffect, useEffectEvent, useRef } from "react";
import { useMessages } from "@/components/messages";
import { Button } from "@/components/ui/button";
import { lazyPart } from "@/components/ui/lazy-part";
import type { Library } from "@/lib/browser/library/library";
import { Film } from "./film";

const GatewayWords = lazyPart(() =>
  import("@/components/ui/gateway-words").then(({ GatewayWords }) => GatewayWords),
);

type FilmstripProps = {
  library: Library;
  selectedClick: string | undefined;
  onSelect: (click: string) => void;
  onLoadMore: () => void;
};

/** The library: every generation of this browser, newest first. Older ones load when they scroll into view. */
export function Filmstrip({ library, selectedClick, onSelect, onLoadMore }: FilmstripProps) {
  const messages = useMessages().library;
  const { watched, more } = library;
  if (watched.length === 0 && more === "none") return null;
  return (
    <section className="mt-7 border-t border-line pt-5">
      <h2 className="mb-3 font-semibold">{messages.heading}</h2>
      {watched.length === 0 ? (
        <Beginning more={more} gateway={library.gateway} onLoadMore={onLoadMore} />
      ) : (
        <ul
          aria-label={messages.heading}
          aria-busy={more === "loading"}
          className="-m-1.5 flex snap-x overflow-x-auto"
        >
          {watched.map((one) => (
            <Film
              key={one.generation.click}
              watched={one}
              isSelected={one.generation.click === selectedClick}
              onSelect={onSelect}
            />
          ))}
          {more !== "none" && <More more={more} onLoadMore={onLoadMore} />}
        </ul>
      )}
    </section>
  );
}

/** Before the first page arrives: that it is loading, or why it failed. */
type BeginningProps = Pick<Library, "more" | "gateway"> & { onLoadMore: () => void };

function Beginning({ more, gateway, onLoadMore }: BeginningProps) {
  const messages = useMessages().library;
  if (more === "failed")
    return (
      <div role="alert" className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <p className="text-muted">{messages.failed}</p>
        <Button onClick={onLoadMore}>{messages.tryAgain}</Button>
        {gateway && (
          <Suspense>
            <GatewayWords problem={gateway} />
          </Suspense>
        )}
      </div>
    );
  return (
    <div aria-hidden="true" className="flex gap-3 overflow-hidden">
      {[1, 2, 3, 4].map((place) => (
        <div key={place} className="w-42 shrink-0">
          <div className="aspect-[8/5] rounded-control bg-stage" />
          <div className="mt-2.5 mb-1 h-3 w-2/3 rounded-full bg-stage" />
        </div>
      ))}
    </div>
  );
}

/** Loads the next page when it scrolls into view. The button is for visitors who scroll with the keyboard. */
function More({ more, onLoadMore }: { more: Library["more"]; onLoadMore: () => void }) {
  const messages = useMessages().library;
  const end = useRef<HTMLLIElement>(null);
  const handleView = useEffectEvent(onLoadMore);

  useEffect(() => {
    if (more !== "ready") return;
    // A new observer for each page: an observer only reports changes, and the end of the strip may still be in view.
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) handleView();
      },
      { rootMargin: "0px 600px" },
    );
    if (end.current) observer.observe(end.current);
    return () => observer.disconnect();
  }, [more]);

  return (
    <li ref={end} className="grid aspect-[8/5] h-29 shrink-0 place-items-center p-1.5">
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
