"use client";

import { Suspense, useState } from "react";
import { noteServerTime } from "@/lib/browser/http/server-clock";
import { othersThan } from "@/lib/browser/studio/on-stage";
import { isMade } from "@/lib/generation";
import { findOffer } from "@/lib/models/offer";
import { Compose } from "./compose/compose";
import { LibraryView, SideBySide, useLazyParts, WhenReady } from "./lazy-parts";
import { useHasWaited, useReturn, useSent } from "./run/use-watched";
import { DropZone } from "./stage/drop-zone";
import { StageView } from "./stage/stage-view";
import {
  type StudioPage,
  StudioProvider,
  useDraft,
  useLibrary,
  useSelected,
  useStudio,
  useStudioState,
} from "./studio-context";

type StudioProps = StudioPage & {
  /** By the server's clock, as it wrote the page. */
  now: number;
};

/** Picture and prompt on their way to a video: the stage shows the draft, or the generation that is selected. */
export function Studio({ now, ...page }: StudioProps) {
  useState(() => noteServerTime(now, 0));
  return (
    <StudioProvider page={page}>
      <Layout />
    </StudioProvider>
  );
}

// They take nothing from the layout, so a change of its own state need not draw them again.
const stage = <StageView />;
const compose = (
  <Suspense>
    <Compose />
  </Suspense>
);

function Layout() {
  const { draft, studio, offers } = useStudio();
  const { selectedClick } = useStudioState();
  const { isRestored } = useDraft();
  const library = useLibrary();
  const { watched } = library;
  const hasWaited = useHasWaited(watched);
  useLazyParts();
  useReturn(isRestored ? watched : [], { onNamed: studio.show, onWaiting: studio.comeBack });
  useSent(watched, selectedClick, (input) => draft.change({ type: "draft-sent", input }));

  return (
    <DropZone onPicture={(picture) => void studio.takePicture(picture)}>
      {/* On a phone the stage stays in sight while the form and the library scroll under it. */}
      <div className="max-lg:contents lg:grid lg:grid-cols-[minmax(0,1fr)_380px] lg:gap-x-7 lg:pt-7">
        <div className="min-w-0 max-lg:z-20 max-lg:-mx-3.5 max-lg:border-b max-lg:border-line max-lg:bg-room max-lg:px-3.5 max-lg:pt-3.5 max-lg:pb-2 max-lg:portrait:sticky max-lg:portrait:top-0 max-lg:has-[[data-tall]]:static sm:max-lg:-mx-6 sm:max-lg:px-6">
          {stage}
        </div>
        <div className="min-w-0 max-lg:pt-6">
          {compose}
          {hasWaited && (
            <Suspense>
              <WhenReady watched={watched} onOpen={studio.select} />
            </Suspense>
          )}
        </div>
      </div>
      <Suspense>
        <LibraryView
          library={library}
          selectedClick={selectedClick}
          offers={offers}
          onOpen={studio.select}
          onCompare={studio.compare}
        />
      </Suspense>
      <Comparison />
    </DropZone>
  );
}

/** The video on the stage beside another, when that was asked for. */
function Comparison() {
  const { studio, offers } = useStudio();
  const { isSideBySide, comparedWith } = useStudioState();
  const { watched } = useLibrary();
  const generation = useSelected()?.generation;
  if (!isSideBySide || !generation || !isMade(generation)) return null;
  const others = othersThan(generation, watched, comparedWith);
  if (!others) return null;
  return (
    <Suspense>
      <SideBySide
        first={generation}
        others={others}
        nameModel={(id) => findOffer(offers, id)?.name ?? id}
        onClose={studio.closeSideBySide}
      />
    </Suspense>
  );
}
