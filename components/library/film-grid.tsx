"use client";

import { Fragment, type KeyboardEvent, useEffectEvent, useMemo, useRef, useState } from "react";
import { useLazyMessages } from "@/components/lazy-messages";
import { serverNow } from "@/lib/browser/http/server-clock";
import { groupByDay } from "@/lib/browser/library/days";
import type { More, Watched } from "@/lib/browser/library/library";
import { isMade } from "@/lib/generation";
import { Film, type FilmActions } from "./film";
import { findNextFilm } from "./next-film";
import { OlderFilms } from "./older-films";
import { usePlayAtRest } from "./use-play-at-rest";
import type { Selection } from "./use-selection";

type FilmGridProps = {
  items: readonly Watched[];
  more: More;
  selectedClick: string | undefined;
  selection: Selection;
  onOpen: (click: string) => void;
  onStar: (click: string, isStarred: boolean) => void;
  /** Takes a frame of it for the next video. */
  onTake: (click: string, slot: "first" | "last") => void;
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
  onTake,
  onRemove,
  onLoadMore,
}: FilmGridProps) {
  const messages = useLazyMessages();
  const [playing, setPlaying] = useState<string>();
  const list = useRef<HTMLUListElement>(null);
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

  usePlayAtRest({
    list,
    buttons: buttons.current,
    canPlay: (click) =>
      items.some(({ generation }) => generation.click === click && isMade(generation)),
    onPlay: setPlaying,
  });

  const handleKey = (event: KeyboardEvent) => {
    const focused = order.find((click) => buttons.current.get(click) === event.target);
    if (focused === undefined || event.altKey) return;
    if (event.key === " ") setPlaying(playing === focused ? undefined : focused);
    else if (event.key === "x") selection.toggle(focused);
    else if (event.key === "c" && !event.ctrlKey && !event.metaKey) onTake(focused, "first");
    else if (event.key === "e") onTake(focused, "last");
    else if (event.key === "Delete" || event.key === "Backspace")
      onRemove(selection.clicks.has(focused) ? [...selection.clicks] : [focused]);
    else if (event.key === "a" && (event.ctrlKey || event.metaKey)) selection.selectAll();
    else {
      const next = findNextFilm(event.key, focused, order, buttons.current);
      if (next === undefined) return;
      if (event.shiftKey) selection.extendTo(next);
      buttons.current.get(next)?.focus();
    }
    event.preventDefault();
  };

  return (
    <ul
      ref={list}
      aria-label={messages.library.heading}
      aria-busy={more === "loading"}
      onKeyDown={handleKey}
      onKeyUp={(event) => event.key === " " && event.preventDefault()}
      className="flex flex-wrap gap-2 [--row:6.5rem] sm:[--row:8.5rem] 2xl:[--row:10rem]"
    >
      {days.map((day) => (
        <Fragment key={day.key}>
          <li aria-hidden="true" className="basis-full pt-2 text-note text-muted first:pt-0">
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
      {more !== "none" && <OlderFilms more={more} onLoadMore={onLoadMore} />}
    </ul>
  );
}
