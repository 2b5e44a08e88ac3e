"use client";

import { useEffect, useEffectEvent, useSyncExternalStore } from "react";

/** Whether the browser has a network. `onReturn` is called when it comes back. */
export function useIsOnline(onReturn: () => void): boolean {
  const handleReturn = useEffectEvent(onReturn);
  useEffect(() => {
    const handle = () => handleReturn();
    addEventListener("online", handle);
    return () => removeEventListener("online", handle);
  }, []);
  return useSyncExternalStore(
    subscribe,
    () => navigator.onLine,
    () => true,
  );
}

function subscribe(listener: () => void): () => void {
  addEventListener("online", listener);
  addEventListener("offline", listener);
  return () => {
    removeEventListener("online", listener);
    removeEventListener("offline", listener);
  };
}
