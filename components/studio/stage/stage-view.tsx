"use client";

import { Suspense } from "react";
import { Crop, GenerationBar } from "@/components/studio/lazy-parts";
import { useDraft, useSelected, useStudio } from "@/components/studio/studio-context";
import { DraftBar } from "./draft-bar";
import { MissingPart } from "./missing-part";
import { PictureView } from "./picture-view";

/** The draft, a picture of which a part is chosen, or the generation that is selected. */
export function StageView() {
  const { cropping } = useDraft().first;
  const selected = useSelected();
  if (cropping && !selected) return <CropView key={cropping.preview.url} />;
  return (
    <>
      <PictureView />
      <MissingPart />
      {selected ? (
        <Suspense>
          <GenerationBar key={selected.generation.click} watched={selected} />
        </Suspense>
      ) : (
        <DraftBar />
      )}
    </>
  );
}

function CropView() {
  const { draft, fields } = useStudio();
  const { cropping, checking, problem } = useDraft().first;
  if (!cropping) return null;
  return (
    <Suspense>
      <Crop
        cropping={cropping}
        isBusy={checking !== undefined}
        problem={problem}
        onUse={(part) => {
          fields.prompt.current?.focus();
          void draft.first.crop(part);
        }}
        onCancel={draft.first.cancelCrop}
      />
    </Suspense>
  );
}
