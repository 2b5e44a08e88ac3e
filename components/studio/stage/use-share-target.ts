import { useEffect } from "react";

/** Receives what another app has handed over. It waits under the name in the address, to be fetched once. */
export function useShareTarget(receiveShared: (name: string) => void) {
  useEffect(() => {
    const shared = new URLSearchParams(location.search).get("shared");
    if (!shared || !/^[\w-]+$/.test(shared)) return;
    history.replaceState(null, "", location.pathname);
    receiveShared(shared);
  });
}
