"use client";

import { Suspense } from "react";
import { useMessages } from "@/components/messages";
import { Crop, Player, StageProblem } from "@/components/studio/lazy-parts";
import { SelectedBar } from "@/components/studio/run/selected-bar";
import {
  useDraft,
  useSelected,
  useStudio,
  useStudioState,
} from "@/components/studio/studio-context";
import type { DraftPicture } from "@/lib/browser/draft/draft";
import { readProgress } from "@/lib/browser/generation/progress";
import { isPictureOf, pictureOf, playableVideo } from "@/lib/browser/studio/on-stage";
import { isWaiting } from "@/lib/generation";
import { DraftBar } from "./draft-bar";
import { useDropZone } from "./drop-zone";
import { MissingPart } from "./missing-part";
import { ProgressLine } from "./progress-line";
import { Stage } from "./stage";

/** The draft, a picture of which a part is chosen, or the generation that is selected. */
export function StageView() {
  const { cropping } = useDraft().first;
  const selected = useSelected();
  if (cropping && !selected) return <CropView key={cropping.preview.url} />;
  return (
    <>
      <PictureView />
      <MissingPart />
      {selected ? <SelectedBar watched={selected} /> : <DraftBar />}
    </>
  );
}

function CropView() {
  const { draft, studio, fields } = useStudio();
  const { cropping, checking, problem } = useDraft().first;
  const { choose, isDragging } = useDropZone();
  if (!cropping) return null;
  return (
    <Suspense>
      <Crop
        cropping={cropping}
        isBusy={checking !== undefined}
        isDragging={isDragging}
        problem={problem}
        onPicture={(picture) => void studio.takePicture(picture)}
        onUse={(part) => {
          fields.prompt.current?.focus();
          void draft.first.crop(part);
        }}
        onCancel={draft.first.cancelCrop}
        onChoose={choose}
      />
    </Suspense>
  );
}

function PictureView() {
  const { studio, upstream, ownKey, fields } = useStudio();
  const draft = useDraft();
  const { picture: own, refused, checking } = draft.first;
  const selected = useSelected();
  const { choose, isDragging } = useDropZone();
  const { brokenVideo } = useStudioState();
  const { stage: words } = useMessages().studio;
  const generation = selected?.generation;
  const video = generation && playableVideo(generation);
  const isWorking = generation ? isWaiting(generation) : own?.upload.status === "sending";
  const picture = selected ? pictureOf(selected, own) : (own?.preview ?? refused);
  // Of the picture that this tab has cropped, and of the runs that were made from it.
  const canCropAgain = own?.isCropped && (!generation || isPictureOf(generation, own));

  return (
    <section aria-label={video ? words.result : words.name} className="relative">
      <Stage
        picture={picture}
        isDimmed={generation ? !video : !own}
        isDragging={isDragging}
        isChecking={checking !== undefined}
        onChoose={choose}
        onPicture={(file) => void studio.takePicture(file)}
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
        <StageProblem
          isOverPicture={picture !== undefined}
          draft={draft}
          generation={generation}
          isVideoBroken={generation !== undefined && brokenVideo === generation.click}
          upstream={upstream}
          ownKey={ownKey}
          onChoose={choose}
          onCropAgain={canCropAgain ? () => void studio.cropAgain() : undefined}
          onChooseModel={() => fields.model.current?.focus()}
          onEditPrompt={() => fields.prompt.current?.focus()}
          onRetry={() => void studio.retry()}
        />
      </Suspense>
    </section>
  );
}

function uploadedFraction(picture: DraftPicture | undefined): number | undefined {
  return picture?.upload.status === "sending" ? picture.upload.fraction : undefined;
}
