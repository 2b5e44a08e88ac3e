"use client";

import { useEffect, useState } from "react";
import type { Watched } from "@/lib/browser/library/library";

export type Selection = {
  clicks: ReadonlySet<string>;
  items: readonly Watched[];
  toggle(click: string): void;
  /** Selects everything from the last one that was toggled to this one. */
  extendTo(click: string): void;
  selectAll(): void;
  clear(): void;
};

/** What is selected of `items`. What is no longer among them is not selected either. */
export function useSelection(items: readonly Watched[]): Selection {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [anchor, setAnchor] = useState<string>();
  const hasSome = chosen.size > 0;

  useEffect(() => {
    if (!hasSome) return;
    const handleKey = ({ key, defaultPrevented }: KeyboardEvent) => {
      if (key === "Escape" && !defaultPrevented) setChosen(new Set());
    };
    addEventListener("keydown", handleKey);
    return () => removeEventListener("keydown", handleKey);
  }, [hasSome]);

  const selected = hasSome ? items.filter(({ generation }) => chosen.has(generation.click)) : [];
  const readOrder = () => items.map(({ generation }) => generation.click);

  return {
    items: selected,
    clicks: new Set(selected.map(({ generation }) => generation.click)),
    toggle(click) {
      const next = new Set(chosen);
      if (!next.delete(click)) next.add(click);
      setChosen(next);
      setAnchor(click);
    },
    extendTo(click) {
      const order = readOrder();
      const [from, to] = [order.indexOf(anchor ?? click), order.indexOf(click)].sort(
        (a, b) => a - b,
      );
      setChosen(new Set([...chosen, ...order.slice(Math.max(0, from ?? 0), (to ?? 0) + 1)]));
    },
    selectAll: () => setChosen(new Set(readOrder())),
    clear: () => setChosen(new Set()),
  };
}
