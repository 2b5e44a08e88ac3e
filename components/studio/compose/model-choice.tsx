"use client";

import { Suspense } from "react";
import { useMessages } from "@/components/messages";
import { CompareList } from "@/components/studio/lazy-parts";
import { useStudio } from "@/components/studio/studio-context";
import { describeUsual, summarizeModel } from "@/lib/browser/generation/describe";
import { formatUsd } from "@/lib/messages/format";
import { type Choice, familiesOf, type Offer } from "@/lib/models/offer";
import { priceOf } from "@/lib/models/price";
import { Choose } from "./choose";
import { CompareSwitch } from "./compare-switch";
import { ModelSettings } from "./model-settings";

type ModelChoiceProps = {
  /** Those that the choice leads to: several when they are compared, or none. */
  models: readonly Offer[];
  choice: Choice;
  hasPicture: boolean;
  onChoose: (choice: Choice) => void;
};

/** Which model makes the video, and what it can be told beside the prompt. */
export function ModelChoice(props: ModelChoiceProps) {
  const { models, choice, hasPicture, onChoose } = props;
  const { offers, upstream, fields } = useStudio();
  const messages = useMessages();
  const { model: words } = messages.studio;
  const model = choice.compared ? undefined : models[0];
  const families = familiesOf(offers);
  return (
    <div className="relative border-t border-line pt-5">
      <CompareSwitch families={families} models={models} choice={choice} onChoose={onChoose} />
      {model ? (
        <Choose
          ref={fields.model}
          label={words.name}
          value={families.find(({ name }) => name === model.name)?.id ?? model.id}
          onChange={(id) => onChoose({ ...choice, model: id })}
        >
          {families.map((family) => (
            <option key={family.id} value={family.id}>
              {family.name}
              {upstream !== "local" && ` · ${formatUsd(priceOf(family, family.prices, {}))}`}
            </option>
          ))}
        </Choose>
      ) : (
        <Suspense>
          <CompareList {...props} />
        </Suspense>
      )}
      <ModelSettings models={models} choice={choice} onChoose={onChoose} />
      {model && (
        <p className="mt-2 text-note text-muted">
          {[
            upstream === "local" && words.local,
            summarizeModel(model, messages),
            describeUsual(model, upstream, messages),
            !hasPicture && !model.takesPicture && words.fromWords,
          ]
            .filter(Boolean)
            .join(" · ")}
        </p>
      )}
    </div>
  );
}
