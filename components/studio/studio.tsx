"use client";

import { type ReactNode, Suspense, useState } from "react";
import { noteServerTime } from "@/lib/browser/http/server-clock";
import { othersThan } from "@/lib/browser/studio/on-stage";
import { isMade } from "@/lib/generation";
import { findOffer } from "@/lib/models/offer";
import { Compose } from "./compose/compose";
import { SideBySide, useLazyParts, WhenReady } from "./lazy-parts";
import { LibraryPlace } from "./library-place";
import { useHasWaited, useReturn, useSent } from "./run/use-watched";
import { DropZone } from "./stage/drop-zone";
import { StageView } from "./stage/stage-view";
import styles from "./studio.module.css";
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
  /** What comes at the very end. */
  children: ReactNode;
};

/** Picture and prompt on their way to a video: the stage shows the draft, or the generation that is selected. */
export function Studio({ now, children, ...page }: StudioProps) {
  useState(() => noteServerTime(now, 0));
  return (
    <StudioProvider page={page}>
      <Layout>{children}</Layout>
    </StudioProvider>
  );
}

// They take nothing from the layout, so a change of its own state need not draw them again.
const stage = <StageView />;
const compose = (
  <Suspense>
    <Compose>
      <Waiting />
    </Compose>
  </Suspense>
);

function Layout({ children }: { children: ReactNode }) {
  const { draft, studio } = useStudio();
  const { selectedClick } = useStudioState();
  const { isRestored } = useDraft();
  const { watched } = useLibrary();
  useLazyParts();
  useReturn(isRestored ? watched : [], { onNamed: studio.show, onWaiting: studio.comeBack });
  useSent(watched, selectedClick, (input) => draft.change({ type: "draft-sent", input }));

  return (
    <DropZone onPicture={(picture) => void studio.takePicture(picture)}>
      <div className={styles.studio}>
        <div className={styles.stage} data-stage>
          {stage}
        </div>
        <div className={styles.rail}>
          <div className={styles.side} data-beside-stage>
            {compose}
          </div>
        </div>
        <div className={styles.under}>
          <LibraryPlace>{children}</LibraryPlace>
        </div>
      </div>
      <Comparison />
    </DropZone>
  );
}

/** How the end of a run is told, once there is one to wait for. */
function Waiting() {
  const { studio } = useStudio();
  const { watched } = useLibrary();
  if (!useHasWaited(watched)) return null;
  return (
    <Suspense>
      <WhenReady watched={watched} onOpen={studio.select} />
    </Suspense>
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
