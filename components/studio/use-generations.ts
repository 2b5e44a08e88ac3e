"use client";

import { startTransition, useEffect, useState } from "react";
import type { Library } from "@/lib/browser/generations";
import { untilIdle } from "@/lib/browser/idle";
import { loadScript } from "@/lib/browser/load-script";

// The fal client and the schemas are half of the page's script: they come after the first paint.
const load = () => loadScript(() => import("@/lib/browser/generations"));

type Store = Awaited<ReturnType<typeof load>>;

/** The library of this browser, kept up to date, and what can be done with it. */
export function useGenerations() {
  const [library, setLibrary] = useState<Library>({ watched: [], more: "loading" });

  useEffect(() => {
    let leave = () => {};
    let hasLeft = false;
    const open = async () => {
      const { subscribe } = await load();
      // Its script took its time; its first request is a task of its own.
      await untilIdle();
      if (hasLeft) return;
      startTransition(() => {
        leave = subscribe(setLibrary);
      });
    };
    // Without its script there is no library, and the page says so.
    open().catch(() => {});
    return () => {
      hasLeft = true;
      leave();
    };
  }, []);

  return {
    library,
    start: async (...run: Parameters<Store["start"]>) => (await load()).start(...run),
    stop: async (click: string) => (await load()).stop(click),
    remove: async (click: string) => (await load()).remove(click),
    loadMore: async () => (await load()).loadMore(),
  };
}
