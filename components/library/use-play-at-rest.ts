"use client";

import { type RefObject, useEffect, useEffectEvent } from "react";

const AT_REST_AFTER_MS = 350;

type PlayAtRestOptions = {
  list: RefObject<HTMLElement | null>;
  buttons: ReadonlyMap<string, HTMLElement>;
  canPlay: (click: string) => boolean;
  onPlay: (click: string | undefined) => void;
};

/**
 * Without a pointer that hovers, plays the film nearest to the middle of the screen once the page has come to rest. Plays none
 * while another video of the page plays, so that never more than one does.
 */
export function usePlayAtRest({ list, buttons, canPlay, onPlay }: PlayAtRestOptions) {
  const choose = useEffectEvent(() => {
    const films = [...buttons].filter(([click]) => canPlay(click));
    onPlay(isAnotherPlaying(list.current) ? undefined : findMiddle(films));
  });

  const stop = useEffectEvent(() => onPlay(undefined));

  useEffect(() => {
    const { connection } = navigator as { connection?: { saveData?: boolean } };
    const isWelcome =
      matchMedia("(hover: none)").matches &&
      !matchMedia("(prefers-reduced-motion: reduce)").matches &&
      !connection?.saveData;
    if (!isWelcome) return;
    let timer: ReturnType<typeof setTimeout>;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(choose, AT_REST_AFTER_MS);
    };
    // The events of a video do not bubble, so they are captured.
    const events = ["scroll", "resize", "play", "pause"] as const;
    const handle = ({ type, target }: Event) => {
      if (type === "play" && !list.current?.contains(target as Node)) stop();
      wait();
    };
    wait();
    for (const event of events) addEventListener(event, handle, { capture: true, passive: true });
    return () => {
      clearTimeout(timer);
      for (const event of events) removeEventListener(event, handle, { capture: true });
    };
  }, [list]);
}

function isAnotherPlaying(list: HTMLElement | null): boolean {
  return [...document.querySelectorAll("video")].some(
    (video) => !video.paused && !list?.contains(video),
  );
}

function findMiddle(films: readonly [string, HTMLElement][]): string | undefined {
  const seen = films.flatMap(([click, film]) => {
    const { left, top, width, height } = film.getBoundingClientRect();
    const [x, y] = [left + width / 2, top + height / 2];
    const isWhole = top >= 0 && top + height <= innerHeight;
    // What is pinned over the page may cover a film.
    const isOnTop = isWhole && film.contains(document.elementFromPoint(x, y));
    return isOnTop
      ? [{ click, distance: Math.hypot(x - innerWidth / 2, y - innerHeight / 2) }]
      : [];
  });
  return seen.toSorted((a, b) => a.distance - b.distance)[0]?.click;
}
