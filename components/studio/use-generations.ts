"use client";

import { useEffect, useState } from "react";
import type { Watched } from "@/lib/browser/generations";
import type { Generation } from "@/lib/generation";

// The fal client and the schemas are half of the page's script: they come after the first paint.
const load = () => import("@/lib/browser/generations");

/** The generations of this browser, kept up to date, and what can be done with them. */
export function useGenerations() {
  const [watched, setWatched] = useState<readonly Watched[]>([]);

  useEffect(() => {
    let leave = () => {};
    let hasLeft = false;
    load().then(({ subscribe }) => {
      if (!hasLeft) leave = subscribe(setWatched);
    });
    return () => {
      hasLeft = true;
      leave();
    };
  }, []);

  return {
    watched,
    start: async (...run: Parameters<Awaited<ReturnType<typeof load>>["start"]>) =>
      (await load()).start(...run),
    stop: async (id: string) => (await load()).stop(id),
    remove: async (id: string) => (await load()).remove(id),
    restore: async (generation: Generation) => (await load()).restore(generation),
  };
}
