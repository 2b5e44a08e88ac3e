import { useEffect, useEffectEvent, useRef, useState } from "react";
import { findEnded } from "@/lib/browser/notify/when-ready";
import { type Generation, isWaiting } from "@/lib/generation";
import { isLooking, useIsLooking } from "./use-is-looking";

/** Calls `onEnd` for each run that ends, and returns the latest that nobody has looked at. */
export function useEnds(
  generations: readonly Generation[],
  onEnd: (generation: Generation) => void,
) {
  const waiting = useRef<ReadonlySet<string>>(new Set());
  const [unseen, setUnseen] = useState<Generation>();
  const isSeen = useIsLooking();

  const handleEnd = useEffectEvent((generation: Generation) => {
    onEnd(generation);
    if (!isLooking()) setUnseen(generation);
  });
  useEffect(() => {
    for (const generation of findEnded(waiting.current, generations)) handleEnd(generation);
    waiting.current = new Set(generations.filter(isWaiting).map(({ click }) => click));
  }, [generations]);

  useEffect(() => {
    if (isSeen) setUnseen(undefined);
  }, [isSeen]);
  return unseen;
}
