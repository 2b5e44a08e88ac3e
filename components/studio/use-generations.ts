"use client";

import { useEffect, useSyncExternalStore } from "react";
import { lateLibrary } from "@/lib/browser/library/late-library";

/** The library of this browser, kept up to date, and what can be done with it. */
export function useGenerations() {
  const { subscribe, get } = lateLibrary;
  const library = useSyncExternalStore(subscribe, get, get);
  return { ...lateLibrary, library };
}

/** The run on the stage is watched closely: its place in line, its start and its log. */
export function useOnStage(click: string | undefined) {
  useEffect(() => {
    lateLibrary.watch(click);
  }, [click]);
}
