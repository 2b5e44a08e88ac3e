"use client";

import { type KeyboardEvent, useRef, useState } from "react";

const steps: Record<string, (columns: number) => number> = {
  ArrowLeft: () => -1,
  ArrowRight: () => 1,
  ArrowUp: (columns) => -columns,
  ArrowDown: (columns) => columns,
  Home: () => Number.NEGATIVE_INFINITY,
  End: () => Number.POSITIVE_INFINITY,
};

/** Several buttons as one stop of the Tab key: the arrow keys lead from one to the next. */
export function useRoving(count: number, columns: number) {
  const [active, setActive] = useState(0);
  const items = useRef<(HTMLButtonElement | null)[]>([]);

  const handleKeyDown = (event: KeyboardEvent) => {
    const step = steps[event.key]?.(columns);
    if (step === undefined) return;
    event.preventDefault();
    const wanted = active + step;
    const isOutside = wanted < 0 || wanted >= count;
    // Up and down stay in their column; Home and End reach the ends.
    if (isOutside && Number.isFinite(step)) return;
    items.current[Math.min(Math.max(wanted, 0), count - 1)]?.focus();
  };

  return {
    active,
    handleKeyDown,
    itemProps: (index: number) => ({
      ref: (element: HTMLButtonElement | null) => {
        items.current[index] = element;
      },
      tabIndex: index === active ? 0 : -1,
      onFocus: () => setActive(index),
    }),
    focusActive: () => items.current[active]?.focus(),
  };
}
