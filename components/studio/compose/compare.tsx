"use client";

import { type Ref, useId } from "react";
import { useMessages } from "@/components/messages";
import { useStudio } from "@/components/studio/studio-context";
import { Button } from "@/components/ui/button";
import { summarizeModel } from "@/lib/browser/generation/describe";
import { fillCount } from "@/lib/messages/fill";
import { formatUsd } from "@/lib/messages/format";
import { type Candidate, candidatesFor, totalOf } from "@/lib/models/comparison";
import { type Choice, type Offer, settingsFor } from "@/lib/models/offer";
import { priceOf } from "@/lib/models/price";

type CompareSwitchProps = {
  families: readonly Offer[];
  /** Those that the choice leads to. */
  models: readonly Offer[];
  choice: Choice;
  onChoose: (choice: Choice) => void;
};

/** Leads from one model to several, and back to the first of them. */
export function CompareSwitch({ families, models, choice, onChoose }: CompareSwitchProps) {
  const words = useMessages().compare;
  const first = families.find(({ name }) => name === models[0]?.name)?.id;
  return (
    <Button
      kind="quiet"
      className="absolute top-2.5 -right-1.5 text-[13px] sm:-right-3"
      onClick={() =>
        onChoose(
          choice.compared
            ? { ...choice, model: first ?? choice.model, compared: undefined }
            : { ...choice, compared: first ? [first] : [] },
        )
      }
    >
      {choice.compared ? words.single : words.several}
    </Button>
  );
}

type CompareListProps = {
  models: readonly Offer[];
  choice: Choice;
  hasPicture: boolean;
  onChoose: (choice: Choice) => void;
};

/** The models to compare, each with its price, and what they come to. */
export function CompareList(props: CompareListProps) {
  const { models, choice, hasPicture, onChoose } = props;
  const { offers, upstream, fields } = useStudio();
  const messages = useMessages();
  const words = messages.compare;
  const { compared = [] } = choice;
  const usdOf = (offer: Offer) =>
    upstream === "local" ? undefined : priceOf(offer, offer.prices, settingsFor(offer, choice));
  const total = upstream !== "local" && ` · ${formatUsd(totalOf(models, choice))}`;

  const handleChange = (family: string, isChosen: boolean) => {
    const others = compared.filter((id) => id !== family);
    onChoose({ ...choice, compared: isChosen ? [...others, family] : others });
  };

  return (
    <fieldset>
      <legend className="font-semibold">{words.models}</legend>
      <ul className="mt-1.5 divide-y divide-line">
        {candidatesFor(offers, choice, hasPicture).map((candidate, index) => (
          <CandidateRow
            key={candidate.family}
            ref={index === 0 ? fields.model : undefined}
            candidate={candidate}
            usd={usdOf(candidate.offer)}
            onChange={(isChosen) => handleChange(candidate.family, isChosen)}
          />
        ))}
      </ul>
      <p aria-live="polite" className="mt-2 text-[13px] text-muted">
        {models.length === 0 ? words.none : fillCount(words.runs, models.length, messages.locale)}
        {models.length > 0 && total}
      </p>
    </fieldset>
  );
}

type CandidateRowProps = {
  ref?: Ref<HTMLInputElement>;
  candidate: Candidate;
  /** Absent where nothing costs. */
  usd: number | undefined;
  onChange: (isChosen: boolean) => void;
};

function CandidateRow({ ref, candidate, usd, onChange }: CandidateRowProps) {
  const messages = useMessages();
  const id = useId();
  const { offer, isChosen, canRun } = candidate;
  return (
    <li>
      <label
        className={`flex min-h-11 items-center gap-3 py-2 ${canRun ? "cursor-pointer" : "text-muted"}`}
      >
        <input
          ref={ref}
          type="checkbox"
          checked={isChosen && canRun}
          disabled={!canRun}
          aria-labelledby={`${id}-name`}
          aria-describedby={`${id}-facts ${id}-price`}
          onChange={(event) => onChange(event.target.checked)}
          className="size-4.5 shrink-0 accent-accent"
        />
        <span className="min-w-0 grow">
          <span id={`${id}-name`}>{offer.name}</span>
          <span id={`${id}-facts`} className="block text-[13px] text-muted">
            {canRun ? summarizeModel(offer, messages) : messages.compare.needsPicture}
          </span>
        </span>
        <span id={`${id}-price`} className="text-xs tabular-nums">
          {usd !== undefined && formatUsd(usd)}
        </span>
      </label>
    </li>
  );
}
