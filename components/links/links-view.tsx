"use client";

import { useRef, useState, useSyncExternalStore } from "react";
import { useLazyMessages } from "@/components/lazy-messages";
import { OlderFilms } from "@/components/library/older-films";
import { UndoToast } from "@/components/library/undo-toast";
import { Button, LinkButton } from "@/components/ui/button";
import { GatewayWords } from "@/components/ui/gateway-words";
import { EMPTY_LIBRARY, lazyLibrary } from "@/lib/browser/library/lazy-library";
import type { Found } from "@/lib/browser/library/library";
import type { Generation, Share } from "@/lib/generation";
import { LinkRow } from "./link-row";
import { LinksWaiting } from "./links-waiting";
import { useIsOnline } from "./use-is-online";
import { useLinkSearch } from "./use-link-search";

type Linked = Generation & { share: Share };

export function LinksView() {
  const words = useLazyMessages().share.links;
  const library = useSyncExternalStore(lazyLibrary.subscribe, lazyLibrary.get, () => EMPTY_LIBRARY);
  const { q, change, repeat } = useLinkSearch();
  const isOnline = useIsOnline(repeat);
  const [hasFailed, setHasFailed] = useState(false);
  const list = useRef<HTMLUListElement>(null);
  const { found, removed } = library;
  const linked = (found?.items ?? []).map(({ generation }) => generation).filter(isLinked);

  const handleTakeBack = (click: string) => {
    setHasFailed(false);
    // The row goes, and with it the button that has the focus.
    list.current?.focus();
    lazyLibrary.takeBack([click]).catch(() => setHasFailed(true));
  };

  return (
    <>
      <search className="mt-4 block">
        <input
          type="search"
          value={q}
          maxLength={2_000}
          aria-label={words.search}
          placeholder={words.search}
          enterKeyHint="search"
          onChange={(event) => change(event.target.value)}
          className="min-h-11 w-full rounded-control border border-line bg-transparent px-3.5 placeholder:text-muted hover:border-line-strong sm:max-w-100"
        />
      </search>
      <div aria-live="polite">
        {!isOnline && <p className="mt-3 text-muted">{words.offline}</p>}
      </div>
      {hasFailed && (
        <p role="alert" className="mt-3">
          {words.stillThere}
        </p>
      )}
      {linked.length > 0 ? (
        <ul
          ref={list}
          tabIndex={-1}
          aria-label={words.heading}
          className="mt-2 divide-y divide-line outline-none"
        >
          {linked.map((generation) => (
            <LinkRow
              key={generation.click}
              generation={generation}
              share={generation.share}
              onTakeBack={() => handleTakeBack(generation.click)}
            />
          ))}
          {found && found.more !== "none" && (
            <OlderFilms more={found.more} onLoadMore={() => void lazyLibrary.loadMore()} />
          )}
        </ul>
      ) : (
        <Nothing
          found={found}
          isSearch={q.trim() !== ""}
          onClear={() => change("")}
          onAgain={repeat}
        />
      )}
      <UndoToast removed={removed} />
    </>
  );
}

type NothingProps = {
  found: Found | undefined;
  isSearch: boolean;
  onClear: () => void;
  onAgain: () => void;
};

/** Before anything arrives, if it could not be loaded, if nothing has a link, or if no link fits. */
function Nothing({ found, isSearch, onClear, onAgain }: NothingProps) {
  const words = useLazyMessages().share.links;
  if (!found || found.more === "loading" || found.more === "ready")
    return (
      <>
        <p className="sr-only" aria-live="polite">
          {words.loading}
        </p>
        <LinksWaiting />
      </>
    );
  if (found.more === "failed")
    return (
      <div role="alert" className="mt-5 flex flex-wrap items-center gap-x-4 gap-y-2">
        <p className="text-muted">{words.failed}</p>
        <Button onClick={onAgain}>{words.tryAgain}</Button>
        {found.gateway && <GatewayWords problem={found.gateway} />}
      </div>
    );
  return (
    <div aria-live="polite" className="mt-5 flex flex-wrap items-center gap-x-4 gap-y-2">
      <p className="text-muted">{isSearch ? words.nothing : words.none}</p>
      {isSearch ? (
        <Button onClick={onClear}>{words.showAll}</Button>
      ) : (
        <LinkButton href="/">{words.toStudio}</LinkButton>
      )}
    </div>
  );
}

function isLinked(generation: Generation): generation is Linked {
  return generation.share !== undefined;
}
