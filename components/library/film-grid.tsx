"use client";

import { useEffectEvent, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useLazyMessages } from "@/components/lazy-messages";
import type { More, Watched } from "@/lib/browser/library/library";
import { isMade } from "@/lib/generation";
import { Film, type FilmActions } from "./film";
import { findNextFilm } from "./next-film";
import { OlderFilms } from "./older-films";
import { type GridActions, useGridKeys } from "./use-grid-keys";
import { usePlayAtRest } from "./use-play-at-rest";
import { useRows } from "./use-rows";
import type { Selection } from "./use-selection";

type FilmGridProps = {
  items: readonly Watched[];
  more: More;
  selectedClick: string | undefined;
  selection: Selection;
  actions: GridActions;
};

/** The library in rows of whole pictures, by day, newest first. Only the rows near the screen are drawn. */
export function FilmGrid({ items, more, selectedClick, selection, actions }: FilmGridProps) {
  const messages = useLazyMessages();
  const [playing, setPlaying] = useState<string>();
  const list = useRef<HTMLUListElement>(null);
  const buttons = useRef(new Map<string, HTMLButtonElement>());
  const [kept, setKept] = useState<string>();
  const wantsFocus = useRef(false);
  const { rows, rowOf, drawn, height } = useRows(list, items, kept, messages.locale);
  const filmActions = useFilmActions(actions, selection, setPlaying, buttons.current);
  const order = useMemo(() => items.map(({ generation }) => generation.click), [items]);

  const findFocused = (target: EventTarget) =>
    [...buttons.current].find(([, button]) => button === target)?.[0];
  useLayoutEffect(() => {
    if (!wantsFocus.current || kept === undefined) return;
    wantsFocus.current = false;
    buttons.current.get(kept)?.focus();
  }, [kept]);
  const focus = (click: string) => {
    const button = buttons.current.get(click);
    if (button) return button.focus();
    // Its row is drawn first.
    wantsFocus.current = true;
    setKept(click);
  };

  usePlayAtRest({
    list,
    buttons: buttons.current,
    canPlay(click) {
      const { generation } = items[order.indexOf(click)] ?? {};
      return generation !== undefined && isMade(generation);
    },
    onPlay: setPlaying,
  });

  const handleKey = useGridKeys({
    ...{ selection, actions, playing, findFocused, focus },
    onPlay: setPlaying,
    findNext: (key, from) => findNextFilm(key, from, order, rows, rowOf),
  });

  return (
    <ul
      ref={list}
      aria-label={messages.library.heading}
      aria-busy={more === "loading"}
      onKeyDown={handleKey}
      onKeyUp={(event) => event.key === " " && event.preventDefault()}
      // The film with the focus stays drawn when it scrolls out of sight.
      onFocus={({ target }) => setKept((before) => findFocused(target) ?? before)}
      style={{ paddingTop: height }}
      className="relative min-h-(--row) gap-2 [--row:6.5rem] sm:[--row:8.5rem] 2xl:[--row:10rem]"
    >
      {/* Beside one another and not within their rows, so that a film keeps its element and the focus when rows change. */}
      {drawn.flatMap((row, at) => [
        row.label !== undefined && (
          <li
            key={row.key}
            aria-hidden="true"
            style={{ transform: `translateY(${row.top}px)` }}
            className="absolute top-0 left-0 flex h-7 items-end pb-1 text-note leading-5 text-muted"
          >
            {row.label}
          </li>
        ),
        ...row.films.map(({ click, index, left, width }, place) => {
          const watched = items[index];
          if (watched?.generation.click !== click) return null;
          return (
            <li
              key={click}
              aria-posinset={index + 1}
              aria-setsize={more === "none" ? items.length : -1}
              style={{
                ...{ width, height: row.height },
                transform: `translate(${left}px, ${row.top}px)`,
              }}
              className="group/film absolute top-0 left-0"
            >
              <Film
                watched={watched}
                day={place === 0 ? drawn[at - 1]?.label : undefined}
                isOpen={click === selectedClick}
                isChosen={selection.clicks.has(click)}
                isPlaying={click === playing}
                actions={filmActions}
              />
            </li>
          );
        }),
      ])}
      {more !== "none" && <OlderFilms more={more} onLoadMore={actions.loadMore} />}
    </ul>
  );
}

/** The same for every film and every render, so that a change of one film draws that film alone. */
function useFilmActions(
  actions: GridActions,
  selection: Selection,
  onPreview: FilmActions["onPreview"],
  buttons: Map<string, HTMLButtonElement>,
): FilmActions {
  const choose = useEffectEvent((click: string, isRange: boolean) =>
    isRange ? selection.extendTo(click) : selection.toggle(click),
  );
  const open = useEffectEvent(actions.open);
  const star = useEffectEvent(actions.star);
  const made = useRef<FilmActions>(undefined);
  made.current ??= {
    onOpen: (click) => open(click),
    onChoose: (click, isRange) => choose(click, isRange),
    onStar: (click, isStarred) => star(click, isStarred),
    onPreview,
    onButton(click, button) {
      if (button) buttons.set(click, button);
      else buttons.delete(click);
    },
  };
  return made.current;
}
