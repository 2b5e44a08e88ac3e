"use client";

import type { KeyboardEvent } from "react";
import type { Selection } from "./use-selection";

export type GridActions = {
  open: (click: string) => void;
  star: (click: string, isStarred: boolean) => void;
  /** Takes a frame of it for the next video. */
  take: (click: string, slot: "first" | "last") => void;
  remove: (clicks: readonly string[]) => void;
  loadMore: () => void;
};

type GridKeys = {
  selection: Selection;
  actions: GridActions;
  playing: string | undefined;
  findFocused: (target: EventTarget) => string | undefined;
  findNext: (key: string, from: string) => string | undefined;
  focus: (click: string) => void;
  onPlay: (click: string | undefined) => void;
};

/** Returns what the keys do on the film that has the focus. */
export function useGridKeys({
  selection,
  actions,
  playing,
  findFocused,
  findNext,
  focus,
  onPlay,
}: GridKeys) {
  return (event: KeyboardEvent) => {
    const focused = findFocused(event.target);
    if (focused === undefined || event.altKey) return;
    if (event.key === " ") onPlay(playing === focused ? undefined : focused);
    else if (event.key === "x") selection.toggle(focused);
    else if (event.key === "c" && !event.ctrlKey && !event.metaKey) actions.take(focused, "first");
    else if (event.key === "e") actions.take(focused, "last");
    else if (event.key === "Delete" || event.key === "Backspace")
      actions.remove(selection.clicks.has(focused) ? [...selection.clicks] : [focused]);
    else if (event.key === "a" && (event.ctrlKey || event.metaKey)) selection.selectAll();
    else {
      const next = findNext(event.key, focused);
      if (next === undefined) return;
      if (event.shiftKey) selection.extendTo(next);
      focus(next);
    }
    event.preventDefault();
  };
}
