"use client";

import { useEffect } from "react";
import { loadLateMessages } from "@/components/late-messages";
import { late } from "@/components/ui/late";
import { untilIdle } from "@/lib/browser/idle";

const loadPromptProblem = () => import("./prompt-problem");
export const PromptProblem = late(() =>
  loadPromptProblem().then(({ PromptProblem }) => PromptProblem),
);
// For a video on its way, and for what goes wrong: there by the time that either can be, but not before the first paint.
const loadBar = () => import("./generation-bar");
const loadProblem = () => import("./stage-problem");
const loadPlayer = () => import("./player");
export const GenerationBar = late(() => loadBar().then(({ GenerationBar }) => GenerationBar));
export const StageProblem = late(() => loadProblem().then(({ StageProblem }) => StageProblem));
export const Player = late(() => loadPlayer().then(({ Player }) => Player));
export const SideBySide = late(() =>
  import("@/components/side-by-side/side-by-side").then(({ SideBySide }) => SideBySide),
);
// For who waits.
export const WhenReady = late(() => import("./when-ready").then(({ WhenReady }) => WhenReady));
// Below the fold, and for who has shared something.
export const LinkList = late(() =>
  import("@/components/share/link-list").then(({ LinkList }) => LinkList),
);

// For the models that take one.
export const EndPictureField = late(() =>
  import("./end-picture").then(({ EndPictureField }) => EndPictureField),
);
// For the few pictures that are too wide or too tall.
export const Crop = late(() => import("./crop").then(({ Crop }) => Crop));

/** Fetches what must be there even when the connection is not, as soon as the page has nothing better to do. */
export function useLateParts() {
  useEffect(() => {
    void untilIdle().then(() => {
      // What can't be fetched now is asked for again when it is needed.
      for (const load of [loadLateMessages, loadBar, loadProblem, loadPlayer, loadPromptProblem])
        load().catch(() => {});
    });
  }, []);
}
