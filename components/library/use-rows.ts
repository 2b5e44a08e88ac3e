"use client";

import { defaultRangeExtractor, useWindowVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import { serverNow } from "@/lib/browser/http/server-clock";
import { groupByDay } from "@/lib/browser/library/days";
import type { Watched } from "@/lib/browser/library/library";
import { makeRows, type Room, ratioOf } from "@/lib/browser/library/rows";

/** How many rows above and below the screen are drawn, too. */
const OVERSCAN = 4;
const HEADING_REM = 1.75;

/** Which rows there are, and which of them are drawn: those near the screen, and that of the film `kept`. */
export function useRows(
  list: RefObject<HTMLElement | null>,
  items: readonly Watched[],
  kept: string | undefined,
  locale: string,
) {
  const room = useRoom(list);
  const shaped = useSameShapes(items);
  const rows = useMemo(
    () => (room ? makeRows(groupByDay(shaped, serverNow(), locale), room) : []),
    [room, shaped, locale],
  );
  const rowOf = useMemo(
    () => new Map(rows.flatMap(({ films }, at) => films.map(({ click }) => [click, at] as const))),
    [rows],
  );
  const keptRow = kept === undefined ? undefined : rowOf.get(kept);
  // A new function for new rows, because the virtualizer asks for their heights again only then.
  const getItemKey = useCallback((at: number) => rows[at]?.key ?? at, [rows]);
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: (at) => rows[at]?.height ?? 0,
    gap: room?.gap ?? 0,
    scrollMargin: room?.top ?? 0,
    overscan: OVERSCAN,
    getItemKey,
    rangeExtractor(range) {
      const drawn = defaultRangeExtractor(range);
      if (keptRow === undefined || drawn.includes(keptRow)) return drawn;
      return [...drawn, keptRow].toSorted((a, b) => a - b);
    },
    useFlushSync: false,
  });
  const drawn = virtualizer.getVirtualItems().flatMap(({ index, start }) => {
    const row = rows[index];
    return row ? [{ ...row, top: start - (room?.top ?? 0) }] : [];
  });
  return { rows, rowOf, drawn, height: virtualizer.getTotalSize() };
}

function useRoom(list: RefObject<HTMLElement | null>): Room | undefined {
  const [room, setRoom] = useState<Room>();
  useLayoutEffect(() => {
    const element = list.current;
    if (!element) return;
    const measure = () => {
      const next = measureRoom(element);
      setRoom((before) =>
        before && JSON.stringify(before) === JSON.stringify(next) ? before : next,
      );
    };
    measure();
    // What stands above the list moves it, and changes the height of the page.
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [list]);
  return room;
}

function measureRoom(element: HTMLElement): Room {
  const { minHeight, rowGap } = getComputedStyle(element);
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  return {
    width: element.clientWidth,
    row: Number.parseFloat(minHeight),
    gap: Number.parseFloat(rowGap),
    heading: HEADING_REM * rem,
    top: Math.round(element.getBoundingClientRect().top + scrollY),
  };
}

/** Returns the earlier items as long as the rows would be the same, because a run that goes on changes them often. */
function useSameShapes(items: readonly Watched[]): readonly Watched[] {
  const earlier = useRef(items);
  const isSame =
    earlier.current.length === items.length &&
    items.every((one, at) => {
      const before = earlier.current[at];
      return (
        one === before ||
        (before !== undefined &&
          one.generation.click === before.generation.click &&
          one.generation.createdAt === before.generation.createdAt &&
          ratioOf(one.generation) === ratioOf(before.generation))
      );
    });
  if (!isSame) earlier.current = items;
  return earlier.current;
}
