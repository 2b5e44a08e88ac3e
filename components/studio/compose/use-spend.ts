"use client";

import { useEffect, useState } from "react";
import type { SpendToday } from "@/lib/api/spend";
import { loadScript } from "@/lib/browser/page/load-script";

/** What today has cost, asked anew when `runs` changes; `undefined` while nobody knows, or while nothing costs. */
export function useSpend(isPaid: boolean, runs: string): SpendToday | undefined {
  const [today, setToday] = useState<SpendToday>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: what it costs changes with the runs.
  useEffect(() => {
    if (!isPaid) return;
    let hasLeft = false;
    loadScript(() => import("@/lib/browser/api/spend"))
      .then(({ readSpend }) => readSpend())
      .then(
        (spend) => !hasLeft && setToday(spend),
        // The last figure stays; the server itself holds the cap.
        () => {},
      );
    return () => {
      hasLeft = true;
    };
  }, [isPaid, runs]);
  return today;
}
