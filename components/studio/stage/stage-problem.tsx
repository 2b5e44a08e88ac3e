"use client";

import { useMessages } from "@/components/messages";
import {
  useDraft,
  useSelected,
  useStudio,
  useStudioState,
} from "@/components/studio/studio-context";
import { describeCharge } from "@/lib/browser/generation/describe";
import { type Generation, isMade, isWaiting } from "@/lib/generation";
import { type Problem, problem } from "@/lib/problems";
import { ProblemActions } from "./problem-actions";
import { ProblemCard } from "./problem-card";

/** What went wrong with what the stage shows: over the picture, and under it on a phone. */
export function StageProblem({ isOverPicture }: { isOverPicture: boolean }) {
  const generation = useSelected()?.generation;
  return (
    <div
      className={`mt-3 empty:hidden ${isOverPicture ? "sm:absolute sm:bottom-6 sm:left-6 sm:mt-0 sm:max-w-[min(30rem,calc(100%-3rem))]" : ""}`}
    >
      {generation ? <GenerationProblem generation={generation} /> : <DraftProblem />}
    </div>
  );
}

function DraftProblem() {
  const { upstream } = useStudio();
  const { picture, problem: found } = useDraft().first;
  const messages = useMessages();
  const { stage } = messages.studio;
  if (found?.field === "image_url") {
    const kept = picture ? stage.keptPicture : stage.nothingSent;
    return (
      <ProblemCard problem={found} charge={kept}>
        <ProblemActions code={found.code} />
      </ProblemCard>
    );
  }
  if (picture?.upload.status !== "failed") return null;
  const { problem: broken, at } = picture.upload;
  return (
    <ProblemCard problem={broken} charge={describeCharge(broken, upstream, messages)}>
      <ProblemActions code={broken.code} at={at} />
    </ProblemCard>
  );
}

function GenerationProblem({ generation }: { generation: Generation }) {
  const { upstream } = useStudio();
  const { brokenVideo } = useStudioState();
  const messages = useMessages();
  const found = findProblem(generation, brokenVideo === generation.click);
  if (!found) return null;
  return (
    <ProblemCard
      problem={found}
      charge={describeCharge(found, upstream, messages)}
      reference={generation.id}
    >
      <ProblemActions
        code={found.code}
        at={"settledAt" in generation ? Date.parse(generation.settledAt) : undefined}
        video={generation.status === "failed" ? generation.video : undefined}
      />
    </ProblemCard>
  );
}

function findProblem(generation: Generation, isVideoBroken: boolean): Problem | undefined {
  // What keeps our own copy waiting is said in the line below: the video plays.
  if (isMade(generation)) return isVideoBroken ? problem("video_unplayable") : undefined;
  // What keeps word of a run from coming is said there, too: it may still end well.
  if (isWaiting(generation)) return undefined;
  return "problem" in generation ? generation.problem : undefined;
}
