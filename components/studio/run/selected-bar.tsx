"use client";

import { Suspense } from "react";
import { GenerationBar } from "@/components/studio/lazy-parts";
import { useDropZone } from "@/components/studio/stage/drop-zone";
import { useDraft, useLibrary, useStudio } from "@/components/studio/studio-context";
import { lazyLibrary } from "@/lib/browser/library/lazy-library";
import type { Watched } from "@/lib/browser/library/library";
import { isPictureOf, othersThan } from "@/lib/browser/studio/on-stage";
import { findOffer } from "@/lib/models/offer";

/** What can be done with the generation on the stage. */
export function SelectedBar({ watched }: { watched: Watched }) {
  const { studio, offers, upstream, fields } = useStudio();
  const { picture, cropping } = useDraft().first;
  const { choose } = useDropZone();
  const { generation } = watched;
  const hasOthers = othersThan(generation, useLibrary().watched) !== undefined;
  const isOther = cropping || (picture && !isPictureOf(generation, picture));
  return (
    <Suspense>
      <GenerationBar
        key={generation.click}
        watched={watched}
        model={findOffer(offers, generation.model)}
        upstream={upstream}
        player={fields.player}
        onStop={() => void lazyLibrary.stop(generation.click)}
        onDelete={() => studio.remove(generation)}
        onContinue={() => void studio.continueFrom(generation)}
        onVariation={() => void studio.vary(generation)}
        onReuse={() => void studio.reuse(generation)}
        onNewPicture={choose}
        onSideBySide={hasOthers ? studio.openSideBySide : undefined}
        onBack={isOther ? studio.leave : undefined}
      />
    </Suspense>
  );
}
