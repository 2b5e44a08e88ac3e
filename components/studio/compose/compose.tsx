"use client";

import { type ReactNode, type Ref, Suspense } from "react";
import { useMessages } from "@/components/messages";
import { PromptProblem } from "@/components/studio/late-parts";
import { Button } from "@/components/ui/button";
import { Switch } from "@/components/ui/switch";
import { isWithinBudget, type SpendToday } from "@/lib/api/spend";
import type { UpstreamKind } from "@/lib/api/upstream-kind";
import type { Draft } from "@/lib/browser/draft/draft";
import { fill } from "@/lib/messages/fill";
import { formatUsd } from "@/lib/messages/format";
import { totalOf } from "@/lib/models/comparison";
import { MAX_PROMPT_LENGTH } from "@/lib/models/limits";
import type { Choice, Offer } from "@/lib/models/offer";
import { ModelChoice } from "./model-choice";
import { SpendLine } from "./spend-line";

type ComposeProps = {
  draft: Draft;
  offers: readonly [Offer, ...Offer[]];
  /** Those that the draft's choice leads to: several when they are compared, or none. */
  models: readonly Offer[];
  upstream: UpstreamKind;
  promptRef: Ref<HTMLTextAreaElement>;
  /** Around what the models are chosen with. */
  modelRef: Ref<HTMLDivElement>;
  /** The field for a last picture, where a model takes one. */
  endPicture: ReactNode;
  /** What helps to write, under the prompt. */
  promptTools: ReactNode;
  /** "Generate", "Generate another", "Generate again". */
  verb: string;
  isWaitingForUpload: boolean;
  /** What today has cost; absent where nothing costs. */
  spend: SpendToday | undefined;
  onPrompt: (prompt: string) => void;
  onOptimize: (optimizePrompt: boolean) => void;
  onChoose: (choice: Choice) => void;
  onGenerate: () => void;
};

export function Compose(props: ComposeProps) {
  const {
    draft,
    offers,
    models,
    upstream,
    promptRef,
    modelRef,
    endPicture,
    promptTools,
    verb,
    isWaitingForUpload,
    spend,
    onPrompt,
    onOptimize,
    onChoose,
    onGenerate,
  } = props;
  const messages = useMessages();
  const words = messages.studio.compose;
  const length = draft.prompt.trim().length;
  const isTooLong = length > MAX_PROMPT_LENGTH;
  const usd = totalOf(models, draft.choice);
  const isSpent = spend !== undefined && !isWithinBudget(spend, usd);
  const canGenerate = models.length > 0 && !isSpent;
  const wish = models.length > 1 ? fill(messages.compare.generate, { count: models.length }) : verb;
  const complaint = draft.problem?.field === "prompt" ? draft.problem : undefined;

  return (
    <form
      noValidate
      className="flex flex-col gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        if (canGenerate) onGenerate();
      }}
    >
      <div>
        <div className="mb-2 flex items-baseline justify-between">
          <label htmlFor="prompt" className="font-semibold">
            {words.prompt}
          </label>
          <span
            className={`text-xs tabular-nums ${isTooLong ? "font-semibold text-accent" : "text-muted"}`}
          >
            {length} / {MAX_PROMPT_LENGTH}
          </span>
        </div>
        <textarea
          ref={promptRef}
          id="prompt"
          rows={5}
          value={draft.prompt}
          aria-invalid={Boolean(complaint) || isTooLong}
          aria-describedby={complaint && "prompt-hint"}
          placeholder={words.placeholder}
          onChange={(event) => onPrompt(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && canGenerate)
              onGenerate();
          }}
          className="block w-full resize-y rounded-control border border-line bg-surface px-3.5 py-3 text-[15px] leading-relaxed placeholder:text-muted hover:border-line-strong aria-invalid:border-accent"
        />
        {complaint && (
          <Suspense>
            <PromptProblem id="prompt-hint" problem={complaint} />
          </Suspense>
        )}
        {promptTools}
      </div>

      <Switch
        label={words.optimize}
        hint={words.optimizeHint}
        isOn={draft.optimizePrompt}
        onChange={onOptimize}
      />

      <ModelChoice
        modelRef={modelRef}
        offers={offers}
        models={models}
        choice={draft.choice}
        hasPicture={draft.picture !== undefined}
        upstream={upstream}
        onChoose={onChoose}
      />

      {endPicture}

      <Button
        kind="primary"
        type="submit"
        aria-busy={isWaitingForUpload}
        disabled={!canGenerate}
        aria-describedby={spend && "spend"}
        // A double click is one wish, and a second run would be paid as well.
        onClick={(event) => event.detail > 1 && event.preventDefault()}
        className="min-h-12 text-[15px]"
      >
        {isWaitingForUpload ? fill(words.afterUpload, { verb: wish }) : wish}
        {upstream !== "local" && models.length > 0 && ` · ${formatUsd(usd)}`}
      </Button>
      {spend && <SpendLine id="spend" spend={spend} usd={usd} />}
    </form>
  );
}
