"use client";

import { useEffect } from "react";
import { late } from "@/components/ui/late";
import { untilIdle } from "@/lib/browser/page/idle";

export const PromptProblem = late(() =>
  import("./compose/prompt-problem").then(({ PromptProblem }) => PromptProblem),
);
// For a video on its way, and for what goes wrong: there by the time that either can be, but not before the first paint.
export const GenerationBar = late(() =>
  import("./run/generation-bar").then(({ GenerationBar }) => GenerationBar),
);
export const StageProblem = late(() =>
  import("./stage/stage-problem").then(({ StageProblem }) => StageProblem),
);
export const Player = late(() => import("./stage/player").then(({ Player }) => Player));
export const SideBySide = late(() =>
  import("@/components/side-by-side/side-by-side").then(({ SideBySide }) => SideBySide),
);
// For who waits.
export const WhenReady = late(() => import("./run/when-ready").then(({ WhenReady }) => WhenReady));
// Below the fold, and for who has shared something.
export const LinkList = late(() =>
  import("@/components/share/link-list").then(({ LinkList }) => LinkList),
);

// For the models that take one.
export const EndPictureField = late(() =>
  import("./compose/end-picture").then(({ EndPictureField }) => EndPictureField),
);
// For the few pictures that are too wide or too tall.
export const Crop = late(() => import("./crop/crop").then(({ Crop }) => Crop));

/** Fetches what must be there even when the connection is not, as soon as the page has nothing better to do. */
export function useLateParts() {
  useEffect(() => {
    void untilIdle().then(() => {
      // What can't be fetched now is asked for again when it is needed.
      for (const { preload } of [
        GenerationBar,
        StageProblem,
        Player,
        PromptProblem,
        EndPictureField,
      ])
        preload().catch(() => {});
    });
  }, []);
}
