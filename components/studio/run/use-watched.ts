"use client";

import { useEffect, useEffectEvent, useRef, useState } from "react";
import type { Watched } from "@/lib/browser/library/library";
import { type Generation, type GenerationInput, isWaiting } from "@/lib/generation";

type Returns = {
  /** The page was opened for it, as by a press on a notification. */
  onNamed: (generation: Generation) => void;
  /** The newest that is still on its way. */
  onWaiting: (generation: Generation) => void;
};

/** Once, when the page opens: the generation whose click its address names, `/#{click}`, else one to come back to. */
export function useReturn(watched: readonly Watched[], { onNamed, onWaiting }: Returns) {
  const hasReturned = useRef(false);
  const handleNamed = useEffectEvent(onNamed);
  const handleWaiting = useEffectEvent(onWaiting);
  useEffect(() => {
    if (hasReturned.current || watched.length === 0) return;
    hasReturned.current = true;
    const name = location.hash.slice(1);
    const named = watched.find(({ generation }) => generation.click === name);
    // A reload comes back to what was shown last, not to this.
    if (name) history.replaceState(history.state, "", location.pathname);
    if (named) return handleNamed(named.generation);
    const waiting = watched.find(({ generation }) => isWaiting(generation));
    if (waiting) handleWaiting(waiting.generation);
  }, [watched]);
}

/** When the server has written down the generation that is shown: what was sent need not be kept here. */
export function useSent(
  watched: readonly Watched[],
  click: string | undefined,
  onSent: (input: GenerationInput) => void,
) {
  const shown = watched.find(({ generation }) => generation.click === click);
  const isSent = shown && !shown.isLocal && shown.generation.status !== "refused";
  const handleSent = useEffectEvent(onSent);
  const input = isSent ? shown.generation.input : undefined;
  useEffect(() => {
    if (input) handleSent(input);
  }, [input]);
}

/** Whether there was a run to wait for. Stays true: the end of the last one is news as well. */
export function useHasWaited(watched: readonly Watched[]): boolean {
  const [hasWaited, setHasWaited] = useState(false);
  if (!hasWaited && watched.some(({ generation }) => isWaiting(generation))) setHasWaited(true);
  return hasWaited;
}
