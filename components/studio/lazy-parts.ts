"use client";

import { useEffect } from "react";
import { lazyPart } from "@/components/ui/lazy-part";
import { untilIdle } from "@/lib/browser/page/idle";
import { importWithin } from "@/lib/browser/page/load-script";

export const PromptProblem = lazyPart(() =>
  import("./compose/prompt-problem").then(({ PromptProblem }) => PromptProblem),
);
// Needed for a run and for a failure: loaded before either can happen, but after the first paint.
export const GenerationBar = lazyPart(() =>
  import("./run/generation-bar").then(({ GenerationBar }) => GenerationBar),
);
export const StageProblem = lazyPart(() =>
  import("./stage/stage-problem").then(({ StageProblem }) => StageProblem),
);
export const Player = lazyPart(() => import("./stage/player").then(({ Player }) => Player));
export const SideBySide = lazyPart(() =>
  import("@/components/side-by-side/side-by-side").then(({ SideBySide }) => SideBySide),
);
// For a visitor who waits for a video.
export const WhenReady = lazyPart(() =>
  import("./run/when-ready").then(({ WhenReady }) => WhenReady),
);
// Below the fold.
export const LibraryView = lazyPart(() =>
  import("@/components/library/library-view").then(({ LibraryView }) => LibraryView),
);

// For the models that accept a last picture.
export const EndPictureField = lazyPart(() =>
  import("./compose/end-picture").then(({ EndPictureField }) => EndPictureField),
);
// For those who compare models.
export const CompareList = lazyPart(() =>
  import("./compose/compare-list").then(({ CompareList }) => CompareList),
);
// For pictures that something shows through.
export const BackgroundChoice = lazyPart(() =>
  import("./stage/background-choice").then(({ BackgroundChoice }) => BackgroundChoice),
);
// For the few pictures that are too wide or too tall.
export const Crop = lazyPart(() => import("./crop/crop").then(({ Crop }) => Crop));

/** Fetches what must be there even when the connection is not, as soon as the page has nothing better to do. */
export function useLazyParts() {
  useEffect(() => void preloadParts(), []);
}

// Each in an idle moment of its own, because a click waits while scripts are evaluated.
async function preloadParts() {
  for (const { preload } of [
    GenerationBar,
    StageProblem,
    Player,
    PromptProblem,
    EndPictureField,
    CompareList,
  ]) {
    await untilIdle();
    // What can't be fetched now is asked for again when it is needed.
    await preload().catch(() => {});
  }
  // Without it a keyboard may cover the button, until the field is left.
  await importWithin(() => import("@/lib/browser/page/keyboard")).then(
    ({ followKeyboard }) => followKeyboard(),
    () => {},
  );
}
