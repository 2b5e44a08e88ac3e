"use client";

import { Suspense } from "react";
import { useMessages } from "@/components/messages";
import { Player, StageProblem } from "@/components/studio/lazy-parts";
import { useDraft, useSelected, useStudio } from "@/components/studio/studio-context";
import type { DraftPicture } from "@/lib/browser/draft/slot-state";
import { readProgress } from "@/lib/browser/generation/progress";
import { pictureOf, playableVideo } from "@/lib/browser/studio/on-stage";
import { isWaiting } from "@/lib/generation";
import { ProgressLine } from "./progress-line";
import { Stage } from "./stage";

/** The stage with the picture that is being composed, or with the generation that is selected. */
export function PictureView() {
  const { studio, fields } = useStudio();
  const { picture: own, refused, checking } = useDraft().first;
  const selected = useSelected();
  const { stage: words } = useMessages().studio;
  const generation = selected?.generation;
  const video = generation && playableVideo(generation);
  const isWorking = generation ? isWaiting(generation) : own?.upload.status === "sending";
  const picture = selected ? pictureOf(selected, own) : (own?.preview ?? refused);

  return (
    <section aria-label={video ? words.result : words.name} className="relative">
      <Stage
        picture={picture}
        isDimmed={generation ? !video : !own}
        isChecking={checking !== undefined}
        video={
          video && (
            <Suspense>
              <Player
                key={generation.click}
                video={fields.player}
                url={video.url}
                onError={() => studio.noteBrokenVideo(generation.click)}
              />
            </Suspense>
          )
        }
        progress={
          isWorking && (
            <ProgressLine
              label={generation ? words.making : words.uploading}
              fraction={selected ? readProgress(selected.log) : uploadedFraction(own)}
            />
          )
        }
      />
      <Suspense>
        <StageProblem isOverPicture={picture !== undefined} />
      </Suspense>
    </section>
  );
}

function uploadedFraction(picture: DraftPicture | undefined): number | undefined {
  return picture?.upload.status === "sending" ? picture.upload.fraction : undefined;
}
