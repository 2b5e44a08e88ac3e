"use client";

import {
  Fragment,
  type KeyboardEvent,
  useEffect,
  useEffectEvent,
  useMemo,
  useRef,
  useState,
} from "react";
import { useLazyMessages } from "@/components/lazy-messages";
import { Button } from "@/components/ui/button";
import { serverNow } from "@/lib/browser/http/server-clock";
import { groupByDay } from "@/lib/browser/library/days";
import type { More, Watched } from "@/lib/browser/library/library";
import { Film, type FilmActions } from "./film";
import type { Selection } from "./use-selection";

type FilmGridProps = {
  items: readonly Watched[];
  more: More;
  selectedClick: string | undefined;
  selection: Selection;
  onOpen: (click: string) => void;
  onStar: (click: string, isStarred: boolean) => void;
  onRemove: (clicks: readonly string[]) => void;
  onLoadMore: () => void;
};

/** The library in rows of whole pictures, by day, newest first. */
export function FilmGrid({
  items,
  more,
  selectedClick,
  selection,
  onOpen,
  onStar,
  onRemove,
  onLoadMore,
}: FilmGridProps) {
  const messages = useLazyMessages();
  const [playing, setPlaying] = useState<string>();
  const buttons = useRef(new Map<string, HTMLButtonElement>());
  const days = groupByDay(items, serverNow(), messages.locale);

  const choose = useEffectEvent((click: string, isRange: boolean) =>
    isRange ? selection.extendTo(click) : selection.toggle(click),
  );
  const open = useEffectEvent(onOpen);
  const star = useEffectEvent(onStar);
  // The same for every film and every render, so that a change of one film draws that film alone.
  const actions = useRef<FilmActions>(undefined);
  actions.current ??= {
    onOpen: (click) => open(click),
    onChoose: (click, isRange) => choose(click, isRange),
    onStar: (click, isStarred) => star(click, isStarred),
    onPreview: setPlaying,
    onButton(click, button) {
      if (button) buttons.current.set(click, button);
      else buttons.current.delete(click);
    },
  };
  const order = useMemo(() => items.map(({ generation }) => generation.click), [items]);

  const handleKey = (event: KeyboardEvent) => {
    const focused = order.find((click) => buttons.current.get(click) === event.target);
    if (focused === undefined || event.altKey) return;
    if (event.key === " ") setPlaying(playing === focused ? undefined : focused);
    else if (event.key === "x") selection.toggle(focused);
    else if (event.key === "Delete" || event.key === "Backspace")
      onRemove(selection.clicks.has(focused) ? [...selection.clicks] : [focused]);
    else if (event.key === "a" && (event.ctrlKey || event.metaKey)) selection.selectAll();
    else {
      const next = findNext(event.key, focused, order, buttons.current);
      if (next === undefined) return;
      if (event.shiftKey) selection.extendTo(next);
      buttons.current.get(next)?.focus();
    }
    event.preventDefault();
  };

  return (
    <ul
      aria-label={messages.library.heading}
      aria-busy={more === "loading"}
      onKeyDown={handleKey}
      onKeyUp={(event) => event.key === " " && event.preventDefault()}
      className="flex flex-wrap gap-2 [--row:6.5rem] sm:[--row:8.5rem] 2xl:[--row:10rem]"
    >
      {days.map((day) => (
        <Fragment key={day.key}>
          <li aria-hidden="true" className="basis-full pt-2 text-[13px] text-muted first:pt-0">
            {day.label}
          </li>
          {day.items.map((one, index) => (
            <Film
              key={one.generation.click}
              watched={one}
              day={index === 0 ? day.label : undefined}
              isOpen={one.generation.click === selectedClick}
              isChosen={selection.clicks.has(one.generation.click)}
              isPlaying={one.generation.click === playing}
              actions={actions.current as FilmActions}
            />
          ))}
          {/* Takes what is left of the day's last row, whose pictures would grow too large. */}
          <li aria-hidden="true" className="h-0 grow-[1000] basis-0" />
        </Fragment>
      ))}
      {more !== "none" && <Older more={more} onLoadMore={onLoadMore} />}
    </ul>
  );
}

/** The film that an arrow key leads to. */
function findNext(
  key: string,
  from: string,
  order: readonly string[],
  buttons: ReadonlyMap<string, HTMLElement>,
): string | undefined {
  const at = order.indexOf(from);
  switch (key) {
    case "ArrowLeft":
      return order[at - 1];
    case "ArrowRight":
      return order[at + 1];
    case "Home":
      return order[0];
    case "End":
      return order.at(-1);
    case "ArrowUp":
      return findInRow(order.slice(0, at).toReversed(), from, buttons);
    case "ArrowDown":
      return findInRow(order.slice(at + 1), from, buttons);
  }
}

/** In the nearest other row, the film that is nearest to the middle of this one. */
function findInRow(
  candidates: readonly string[],
  from: string,
  buttons: ReadonlyMap<string, HTMLElement>,
): string | undefined {
  const own = buttons.get(from)?.getBoundingClientRect();
  if (!own) return undefined;
  const middle = own.left + own.width / 2;
  let row: number | undefined;
  let best: { click: string; distance: number } | undefined;
  for (const click of candidates) {
    const box = buttons.get(click)?.getBoundingClientRect();
    if (!box || Math.abs(box.top - own.top) < 4) continue;
    row ??= box.top;
    if (Math.abs(box.top - row) >= 4) break;
    const distance = Math.abs(box.left + box.width / 2 - middle);
    if (!best || distance < best.distance) best = { click, distance };
  }
  return best?.click;
}

/** Loads the next page when it scrolls into view. The button is for visitors who scroll with the keyboard. */
function Older({ more, onLoadMore }: { more: More; onLoadMore: () => void }) {
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
    <li ref={end} className="grid basis-full place-items-center py-2">
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
