"use client";

import { useEffect, useState } from "react";
import type { SpendToday } from "@/lib/api/spend";
import { loadScript } from "@/lib/browser/page/load-script";

/** What today has cost; `undefined` while nobody knows, or while nothing costs. */
export function useSpend(isPaid: boolean): SpendToday | undefined {
  const [today, setToday] = useState<SpendToday>();
  useEffect(() => {
    if (!isPaid) return;
    const watching = loadScript(() => import("@/lib/browser/library/page-spend")).then(
      ({ watchPageSpend }) => watchPageSpend(setToday),
      () => undefined,
    );
    return () => void watching.then((leave) => leave?.());
  }, [isPaid]);
  return today;
}
