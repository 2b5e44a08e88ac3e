"use client";

import { useEffect, useEffectEvent, useRef, useState } from "react";
import type { Watched } from "@/lib/browser/generations";
import { type Generation, type GenerationInput, isWaiting } from "@/lib/generation";

/** Once, when the page opens: comes back to the newest generation that is still on its way. */
export function useReturnToWaiting(
  watched: readonly Watched[],
  onReturn: (generation: Generation) => void,
) {
  const hasReturned = useRef(false);
  const handleReturn = useEffectEvent(onReturn);
  useEffect(() => {
    if (hasReturned.current || watched.length === 0) return;
    hasReturned.current = true;
    const waiting = watched.find(({ generation }) => isWaiting(generation));
    if (waiting) handleReturn(waiting.generation);
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
