"use client";

import { useMessages } from "@/components/messages";
import { useStudio } from "@/components/studio/studio-context";
import { fillCount } from "@/lib/messages/fill";
import { formatUsd } from "@/lib/messages/format";
import { candidatesFor, totalOf } from "@/lib/models/comparison";
import { type Choice, type Offer, settingsFor } from "@/lib/models/offer";
import { priceOf } from "@/lib/models/price";
import { CandidateRow } from "./candidate-row";

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
      <p aria-live="polite" className="mt-2 text-note text-muted">
        {models.length === 0 ? words.none : fillCount(words.runs, models.length, messages.locale)}
        {models.length > 0 && total}
      </p>
    </fieldset>
  );
}
