"use client";

import { useEffect, useEffectEvent, useState } from "react";
import { useMessages } from "@/components/messages";
import { ProblemCard } from "@/components/studio/stage/problem-card";
import { ProgressLine } from "@/components/studio/stage/progress-line";
import { Stage } from "@/components/studio/stage/stage";
import { StatusBar } from "@/components/studio/stage/status-bar";
import { Button } from "@/components/ui/button";
import type { Cropping } from "@/lib/browser/draft/slot-state";
import { closeOnBack } from "@/lib/browser/page/back";
import type { Size } from "@/lib/generation";
import { fill } from "@/lib/messages/fill";
import { type Area, largestPart } from "@/lib/picture/fit";
import type { Problem } from "@/lib/problems";
import { CropFrame } from "./crop-frame";

type CropProps = {
  cropping: Cropping;
  isBusy: boolean;
  problem: Problem | undefined;
  onUse: (part: Area) => void;
  onCancel: () => void;
};

/** The stage while a part is chosen of a picture that is too wide or too tall. */
export function Crop({ cropping, isBusy, problem, onUse, onCancel }: CropProps) {
  const { crop: words, stage } = useMessages().studio;
  const { name, preview } = cropping;
  const part = largestPart(preview);
  const isWide = part.width < preview.width;
  const room = isWide ? preview.width - part.width : preview.height - part.height;
  // How far along its way the frame stands, from 0 to 1.
  const [place, setPlace] = useState(() => placeOf(cropping, room, isWide));

  const cancel = useEffectEvent(onCancel);
  useEffect(() => closeOnBack(() => cancel()), []);

  const use = () => {
    const offset = Math.round(place * room);
    onUse({ ...part, x: isWide ? offset : 0, y: isWide ? 0 : offset });
  };

  return (
    <>
      <section aria-label={stage.name} className="relative">
        <Stage
          picture={preview}
          isDimmed={false}
          isChecking={isBusy}
          progress={isBusy && <ProgressLine label={words.preparing} fraction={undefined} />}
        >
          <CropFrame
            size={preview}
            part={part}
            place={place}
            onMove={setPlace}
            onUse={use}
            onCancel={onCancel}
          />
        </Stage>
        {problem && (
          <div className="mt-3">
            <ProblemCard problem={problem} />
          </div>
        )}
      </section>
      <StatusBar
        state={isBusy ? fill(words.preparingNamed, { name }) : words.choosePart}
        detail={`${isWide ? words.tooWide : words.tooTall} · ${fill(words.part, { part: nameSize(part), whole: nameSize(preview) })}`}
      >
        <Button kind="quiet" onClick={onCancel}>
          {words.cancel}
        </Button>
        <Button kind="primary" disabled={isBusy} onClick={use}>
          {words.use}
        </Button>
      </StatusBar>
    </>
  );
}

/** In the middle, unless it was elsewhere before. */
function placeOf({ part }: Cropping, room: number, isWide: boolean): number {
  return part && room > 0 ? (isWide ? part.x : part.y) / room : 0.5;
}

function nameSize({ width, height }: Size): string {
  return `${width} × ${height}`;
}
