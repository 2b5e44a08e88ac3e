"use client";

import { useMessages } from "@/components/messages";
import type { UpstreamKind } from "@/lib/api/upstream-kind";
import type { Draft } from "@/lib/browser/draft/draft";
import { describeCharge } from "@/lib/browser/generation/describe";
import { type Generation, isMade, isWaiting } from "@/lib/generation";
import { type Problem, problem } from "@/lib/problems";
import { type OwnKey, ProblemActions, type ProblemHandlers } from "./problem-actions";
import { ProblemCard } from "./problem-card";

type StageProblemProps = ProblemHandlers & {
  isOverPicture: boolean;
  draft: Draft;
  generation: Generation | undefined;
  isVideoBroken: boolean;
  upstream: UpstreamKind;
  ownKey: OwnKey;
};

/** What went wrong with what the stage shows: over the picture, and under it on a phone. */
export function StageProblem(props: StageProblemProps) {
  const card = props.generation ? (
    <GenerationProblem {...props} generation={props.generation} />
  ) : (
    <DraftProblem {...props} />
  );
  return (
    <div
      className={`mt-3 empty:hidden ${props.isOverPicture ? "sm:absolute sm:bottom-6 sm:left-6 sm:mt-0 sm:max-w-[min(30rem,calc(100%-3rem))]" : ""}`}
    >
      {card}
    </div>
  );
}

function DraftProblem({ draft, upstream, ...props }: StageProblemProps) {
  const messages = useMessages();
  const { stage } = messages.studio;
  const { picture, problem: found } = draft.first;
  if (found?.field === "image_url") {
    const kept = picture ? stage.keptPicture : stage.nothingSent;
    return (
      <ProblemCard problem={found} charge={kept}>
        <ProblemActions code={found.code} {...props} />
      </ProblemCard>
    );
  }
  if (picture?.upload.status !== "failed") return null;
  const { problem: broken, at } = picture.upload;
  return (
    <ProblemCard problem={broken} charge={describeCharge(broken, upstream, messages)}>
      <ProblemActions code={broken.code} at={at} {...props} />
    </ProblemCard>
  );
}

type GenerationProblemProps = StageProblemProps & { generation: Generation };

function GenerationProblem(props: GenerationProblemProps) {
  const messages = useMessages();
  const { generation, isVideoBroken, upstream } = props;
  const found = findProblem(generation, isVideoBroken);
  if (!found) return null;
  return (
    <ProblemCard problem={found} charge={describeCharge(found, upstream, messages)}>
      <ProblemActions
        code={found.code}
        at={"settledAt" in generation ? Date.parse(generation.settledAt) : undefined}
        video={generation.status === "failed" ? generation.video : undefined}
        {...props}
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
