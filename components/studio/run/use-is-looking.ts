"use client";

import { useSyncExternalStore } from "react";

/** Whether somebody is looking: the page is in sight and has the focus. */
export function isLooking(): boolean {
  return document.visibilityState === "visible" && document.hasFocus();
}

export function useIsLooking(): boolean {
  return useSyncExternalStore(subscribe, isLooking, () => true);
}

function subscribe(onChange: () => void): () => void {
  document.addEventListener("visibilitychange", onChange);
  addEventListener("focus", onChange);
  addEventListener("blur", onChange);
  return () => {
    document.removeEventListener("visibilitychange", onChange);
    removeEventListener("focus", onChange);
    removeEventListener("blur", onChange);
  };
}
