"use client";

import { useEffect, useEffectEvent, useRef, useState } from "react";
import { useLazyMessages } from "@/components/lazy-messages";
import type { Watched } from "@/lib/browser/library/library";
import { chime, inOneTab, notify } from "@/lib/browser/notify/announce";
import { listenToWorker } from "@/lib/browser/notify/notifications";
import { persistChoice, type ReadyChoice, readChoice } from "@/lib/browser/notify/ready-choice";
import { nameTab } from "@/lib/browser/notify/when-ready";
import { isMade, isWaiting } from "@/lib/generation";
import { ReadySwitches } from "./ready-switches";
import { useEnds } from "./use-ends";
import { isLooking } from "./use-is-looking";
import { useTabTitle } from "./use-tab-title";

type WhenReadyProps = { watched: readonly Watched[]; onOpen: (click: string) => void };

/** Tells of a run's end in the tab's title and as was chosen; the choice is there while one waits. */
export function WhenReady({ watched, onOpen }: WhenReadyProps) {
  const messages = useLazyMessages();
  const [choice, setChoice] = useState(readChoice);
  const generations = watched.map(({ generation }) => generation);
  const unseen = useEnds(generations, (generation) => {
    void inOneTab(generation.click, () => {
      if (choice.sound) chime(isMade(generation));
      if (choice.notify && !isLooking()) notify(generation, messages, onOpen);
    });
  });
  const handleOpen = useEffectEvent(onOpen);
  useEffect(() => listenToWorker(handleOpen), []);
  useTabTitle(nameTab(unseen, generations, messages));

  // The answer to a question of the browser may come after another change.
  const latest = useRef(choice);
  const handleChange = (part: Partial<ReadyChoice>) => {
    latest.current = { ...latest.current, ...part };
    setChoice(latest.current);
    persistChoice(latest.current);
  };
  if (!generations.some(isWaiting)) return null;
  return <ReadySwitches choice={choice} onChange={handleChange} />;
}
