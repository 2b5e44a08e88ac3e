"use client";

import { Suspense, useEffect, useState } from "react";
import { useLazyMessages } from "@/components/lazy-messages";
import { Button } from "@/components/ui/button";
import { lazyPart } from "@/components/ui/lazy-part";
import { lazyLibrary } from "@/lib/browser/library/lazy-library";
import type { Library } from "@/lib/browser/library/library";
import { isEmptyWish } from "@/lib/browser/library/wish";
import type { Offer } from "@/lib/models/offer";
import type { Problem } from "@/lib/problems";
import { FilmGrid } from "./film-grid";
import { SearchBar } from "./search-bar";
import { SelectionBar } from "./selection-bar";
import { UndoToast } from "./undo-toast";
import { useNamedVideo } from "./use-named-video";
import { useSelection } from "./use-selection";
import { useWish } from "./use-wish";

const GatewayWords = lazyPart(() =>
  import("@/components/ui/gateway-words").then(({ GatewayWords }) => GatewayWords),
);

type LibraryViewProps = {
  library: Library;
  selectedClick: string | undefined;
  offers: readonly Offer[];
  onOpen: (click: string) => void;
  onCompare: (first: string, second: string) => void;
  onTake: (click: string, slot: "first" | "last") => void;
  /** The first page has arrived, or nothing. */
  onDrawn: () => void;
};

/** Every generation of this browser, newest first, or what a search finds of them. */
export function LibraryView({
  library,
  selectedClick,
  offers,
  onOpen,
  onCompare,
  onTake,
  onDrawn,
}: LibraryViewProps) {
  const messages = useLazyMessages();
  const { wish, change, clear } = useWish();
  const { found, removed } = library;
  useNamedVideo(onOpen);
  const { items, more, gateway } = found ?? { ...library, items: library.listed };
  const selection = useSelection(items);
  const [hasFailed, setHasFailed] = useState(false);
  const attempt = (doing: Promise<unknown>) => {
    setHasFailed(false);
    doing.catch(() => setHasFailed(true));
  };
  const remove = (clicks: readonly string[]) => {
    selection.clear();
    attempt(lazyLibrary.remove(clicks));
  };
  const star = (clicks: readonly string[], isStarred: boolean) =>
    attempt(Promise.all(clicks.map((click) => lazyLibrary.changeWords(click, { isStarred }))));

  const isDrawn = items.length > 0 || more !== "loading";
  useEffect(() => {
    if (isDrawn) onDrawn();
  }, [isDrawn, onDrawn]);

  const isEmpty = library.watched.length === 0 && !found && isEmptyWish(wish);
  if (isEmpty && library.more === "none")
    return (
      <section>
        <UndoToast removed={removed} />
      </section>
    );
  return (
    <section className="mt-7 border-t border-line pt-5">
      <div className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-2">
        <h2 className="flex min-h-11 items-center self-start font-semibold max-sm:min-h-0 max-sm:basis-full">
          {messages.library.heading}
        </h2>
        {!isEmpty && <SearchBar wish={wish} onChange={change} onClear={clear} offers={offers} />}
      </div>
      {hasFailed && (
        <p role="alert" className="mb-3 text-muted">
          {messages.finder.failed}
        </p>
      )}
      {wish.marks.includes("not-made") && items.length > 0 && (
        <Button className="mb-3" onClick={() => attempt(lazyLibrary.removeNotMade())}>
          {messages.finder.clearNotMade}
        </Button>
      )}
      {items.length === 0 ? (
        <Nothing more={more} gateway={gateway} isSearch={found !== undefined} onClear={clear} />
      ) : (
        <FilmGrid
          items={items}
          more={more}
          selectedClick={selectedClick}
          selection={selection}
          actions={{
            ...{ remove, open: onOpen, take: onTake },
            star: (click, isStarred) => star([click], isStarred),
            loadMore: () => void lazyLibrary.loadMore(),
          }}
        />
      )}
      {removed ? (
        <UndoToast removed={removed} />
      ) : (
        <SelectionBar
          selection={selection}
          onCompare={onCompare}
          onStar={star}
          onRename={(click, title) => attempt(lazyLibrary.changeWords(click, { title }))}
          onTakeBack={(clicks) => attempt(lazyLibrary.takeBack(clicks))}
          onRemove={remove}
        />
      )}
    </section>
  );
}

type NothingProps = {
  more: Library["more"];
  gateway?: Problem;
  isSearch: boolean;
  onClear: () => void;
};

/** Before anything arrives, if it could not be loaded, or if a search finds nothing. */
function Nothing({ more, gateway, isSearch, onClear }: NothingProps) {
  const messages = useLazyMessages();
  if (more === "failed")
    return (
      <div role="alert" className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <p className="text-muted">{messages.library.failed}</p>
        <Button onClick={() => void lazyLibrary.loadMore()}>{messages.library.tryAgain}</Button>
        {gateway && (
          <Suspense>
            <GatewayWords problem={gateway} />
          </Suspense>
        )}
      </div>
    );
  if (more === "none" || !(more === "loading"))
    return (
      <div aria-live="polite" className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <p className="text-muted">{messages.finder.nothing}</p>
        {isSearch && <Button onClick={onClear}>{messages.finder.showAll}</Button>}
      </div>
    );
  return (
    <div aria-hidden="true" className="flex h-34 gap-2 overflow-hidden">
      {["aspect-3/2", "aspect-2/3", "aspect-video", "aspect-square", "aspect-8/5"].map((shape) => (
        <div key={shape} className={`shrink-0 rounded-control bg-stage ${shape}`} />
      ))}
    </div>
  );
}
