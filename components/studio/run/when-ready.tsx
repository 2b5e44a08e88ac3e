"use client";

import { useEffect, useEffectEvent, useId, useRef, useState } from "react";
import { useLazyMessages } from "@/components/lazy-messages";
import { SmallSwitch } from "@/components/ui/switch";
import type { Watched } from "@/lib/browser/library/library";
import { chime, inOneTab, notify } from "@/lib/browser/notify/announce";
import { askToNotify, listenToWorker } from "@/lib/browser/notify/notifications";
import { persistChoice, type ReadyChoice, readChoice } from "@/lib/browser/notify/ready-choice";
import { findEnded, nameTab } from "@/lib/browser/notify/when-ready";
import { type Generation, isMade, isWaiting } from "@/lib/generation";
import { isLooking, useIsLooking } from "./use-is-looking";

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

  const handleChoice = (changed: ReadyChoice) => {
    setChoice(changed);
    persistChoice(changed);
  };
  if (!generations.some(isWaiting)) return null;
  return <Choice choice={choice} onChange={handleChoice} />;
}

type ChoiceProps = { choice: ReadyChoice; onChange: (choice: ReadyChoice) => void };

function Choice({ choice, onChange }: ChoiceProps) {
  const { whenReady: words } = useLazyMessages().generation;
  const [trouble, setTrouble] = useState<Trouble>();
  const nameId = useId();

  const handleNotify = async (isOn: boolean) => {
    const found = isOn ? await findTrouble() : undefined;
    setTrouble(found);
    onChange({ ...choice, notify: isOn && !found });
  };
  const handleSound = (sound: boolean) => {
    onChange({ ...choice, sound });
    if (sound) chime(true);
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset does not lay out in a line.
    <div role="group" aria-labelledby={nameId} className="mt-4">
      <div className="flex flex-wrap items-center gap-x-7">
        <p id={nameId} className="w-full text-[13px] text-muted">
          {words.title}
        </p>
        <SmallSwitch
          label={words.notify}
          isOn={choice.notify}
          onChange={(isOn) => void handleNotify(isOn)}
        />
        <SmallSwitch label={words.sound} isOn={choice.sound} onChange={handleSound} />
      </div>
      <p aria-live="polite" className="text-[13px]">
        {trouble ? words[trouble] : choice.sound && isMuted() && words.needsClick}
      </p>
    </div>
  );
}

function isMuted(): boolean {
  return navigator.userActivation?.hasBeenActive === false;
}

type Trouble = "denied" | "unsupported" | "closed";

/** What keeps the browser from showing notifications, after asking for them. */
async function findTrouble(): Promise<Trouble | undefined> {
  const answer = await askToNotify().catch(() => "unsupported" as const);
  if (answer === "granted") return undefined;
  return answer === "default" ? "closed" : answer;
}

/** Calls `onEnd` for each run that ends, and returns the latest that nobody has looked at. */
function useEnds(generations: readonly Generation[], onEnd: (generation: Generation) => void) {
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

function useTabTitle(title: string | undefined) {
  const [usual] = useState(() => document.title);
  useEffect(() => {
    document.title = title ?? usual;
  }, [title, usual]);
  useEffect(
    () => () => {
      document.title = usual;
    },
    [usual],
  );
}
