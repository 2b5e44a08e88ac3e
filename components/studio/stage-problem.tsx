"use client";

import { Button, LinkButton } from "@/components/ui/button";
import { describeCharge } from "@/lib/describe";
import type { Draft } from "@/lib/draft";
import type { Generation } from "@/lib/generation";
import { type Problem, problem, problems } from "@/lib/problems";
import type { UpstreamKind } from "@/lib/upstream-kind";
import { ProblemCard } from "./problem-card";

type StageProblemProps = {
  isOverPicture: boolean;
  draft: Draft;
  generation: Generation | undefined;
  isVideoBroken: boolean;
  upstream: UpstreamKind;
  onChoose: () => void;
  onEditPrompt: () => void;
  onRetry: () => void;
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

function DraftProblem({ draft, onChoose, onRetry }: StageProblemProps) {
  const { picture, problem: found } = draft;
  if (found?.field === "image_url") {
    const kept = picture ? "The picture you had is still here." : undefined;
    return (
      <ProblemCard problem={found} charge={kept}>
        <Button onClick={onChoose}>Choose another</Button>
      </ProblemCard>
    );
  }
  if (picture?.upload.status !== "failed") return null;
  return (
    <ProblemCard problem={picture.upload.problem}>
      <Button onClick={onRetry}>Try again</Button>
    </ProblemCard>
  );
}

type GenerationProblemProps = StageProblemProps & { generation: Generation };

function GenerationProblem(props: GenerationProblemProps) {
  const { generation, isVideoBroken, upstream, onChoose, onEditPrompt, onRetry } = props;
  const found = findProblem(generation, isVideoBroken);
  if (!found) return null;
  const isAboutPicture = found.code.startsWith("picture_");
  const canRetry = problems[found.code].canRetry && !isVideoBroken;
  const leftBehind = generation.status === "failed" ? generation.video : undefined;
  return (
    <ProblemCard problem={found} charge={describeCharge(found, upstream)}>
      {canRetry && (
        <Button onClick={onRetry}>
          {generation.status === "unconfirmed" ? "Send it again" : "Try again"}
        </Button>
      )}
      {leftBehind && <LinkButton href={leftBehind.url}>Open it at fal</LinkButton>}
      {isAboutPicture && <Button onClick={onChoose}>Choose another</Button>}
      {found.code === "over_budget" && <LinkButton href="/ledger">See the ledger</LinkButton>}
      {!canRetry && !isAboutPicture && found.code !== "over_budget" && (
        <Button onClick={onEditPrompt}>Edit prompt</Button>
      )}
    </ProblemCard>
  );
}

function findProblem(generation: Generation, isVideoBroken: boolean): Problem | undefined {
  if (isVideoBroken) return problem("video_unplayable");
  // What keeps our own copy waiting is said in the line below: the video plays.
  if (generation.status === "archiving") return undefined;
  return "problem" in generation ? generation.problem : undefined;
}
