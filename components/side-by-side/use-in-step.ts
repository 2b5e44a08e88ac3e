"use client";

import { useEffect, useRef, useState } from "react";
import { type Clock, type InStep, playInStep } from "@/lib/browser/player/in-step";

/**
 * Keeps two players in sync, and starts over when `second` changes. They play at once unless the visitor prefers
 * reduced motion.
 */
export function useInStep(second: string) {
  const one = useRef<HTMLVideoElement>(null);
  const other = useRef<HTMLVideoElement>(null);
  const inStep = useRef<InStep>(null);
  const [clock, setClock] = useState<Clock>({ seconds: 0, duration: 0, isPlaying: false });

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new `second` means another player.
  useEffect(() => {
    if (!one.current || !other.current) return;
    const pair = playInStep([one.current, other.current], setClock);
    inStep.current = pair;
    pair.seek(0);
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches) pair.play();
    return () => pair.leave();
  }, [second]);

  return { one, other, inStep, clock };
}
