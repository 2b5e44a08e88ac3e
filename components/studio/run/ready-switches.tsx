"use client";

import { useId, useState } from "react";
import { useLazyMessages } from "@/components/lazy-messages";
import { SmallSwitch } from "@/components/ui/switch";
import { chime } from "@/lib/browser/notify/announce";
import { askToNotify } from "@/lib/browser/notify/notifications";
import type { ReadyChoice } from "@/lib/browser/notify/ready-choice";

type ReadySwitchesProps = { choice: ReadyChoice; onChange: (part: Partial<ReadyChoice>) => void };

/** How the end of a run is told: by a notification, by a sound. */
export function ReadySwitches({ choice, onChange }: ReadySwitchesProps) {
  const { whenReady: words } = useLazyMessages().generation;
  const [trouble, setTrouble] = useState<Trouble>();
  const nameId = useId();

  const handleNotify = async (isOn: boolean) => {
    setTrouble(undefined);
    onChange({ notify: isOn });
    if (!isOn) return;
    // The browser asks the visitor, who may take a while. The switch goes back with a word if the answer is no.
    const found = await findTrouble();
    setTrouble(found);
    if (found) onChange({ notify: false });
  };
  const handleSound = (sound: boolean) => {
    onChange({ sound });
    if (sound) chime(true);
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset does not lay out in a line.
    <div role="group" aria-labelledby={nameId} className="mt-4">
      <div className="flex flex-wrap items-center gap-x-7">
        <p id={nameId} className="w-full text-note text-muted">
          {words.title}
        </p>
        <SmallSwitch
          label={words.notify}
          isOn={choice.notify}
          onChange={(isOn) => void handleNotify(isOn)}
        />
        <SmallSwitch label={words.sound} isOn={choice.sound} onChange={handleSound} />
      </div>
      <p aria-live="polite" className="text-note">
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
