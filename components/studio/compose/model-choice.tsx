"use client";

import type { ReactNode, Ref } from "react";
import { useMessages } from "@/components/messages";
import { useStudio } from "@/components/studio/studio-context";
import { Select } from "@/components/ui/select";
import { describeUsual, summarizeModel } from "@/lib/browser/generation/describe";
import { fill } from "@/lib/messages/fill";
import { formatUsd } from "@/lib/messages/format";
import { type Choice, familiesOf, type Offer, settingsFor } from "@/lib/models/offer";
import { priceOf } from "@/lib/models/price";
import { CompareList, CompareSwitch } from "./compare";

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
  const durations = models.find(({ durations }) => durations.length > 1)?.durations ?? [];
  const resolutions = models.find(({ resolutions }) => resolutions.length > 1)?.resolutions ?? [];
  const settings = settingsFor({ durations, resolutions }, choice);
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
        <CompareList {...props} />
      )}
      {(durations.length > 1 || resolutions.length > 1) && (
        <div className="mt-3 grid grid-cols-2 gap-3">
          {durations.length > 1 && (
            <Choose
              label={words.length}
              value={settings.duration ?? durations[0]}
              onChange={(duration) => onChoose({ ...choice, duration })}
            >
              {durations.map((seconds) => (
                <option key={seconds} value={seconds}>
                  {fill(words.seconds, { seconds })}
                </option>
              ))}
            </Choose>
          )}
          {resolutions.length > 1 && (
            <Choose
              label={words.resolution}
              value={settings.resolution ?? resolutions[0]}
              onChange={(resolution) => onChoose({ ...choice, resolution })}
            >
              {resolutions.map((resolution) => (
                <option key={resolution}>{resolution}</option>
              ))}
            </Choose>
          )}
        </div>
      )}
      {model && (
        <p className="mt-2 text-[13px] text-muted">
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

type ChooseProps = {
  ref?: Ref<HTMLSelectElement>;
  label: string;
  value: string | undefined;
  onChange: (value: string) => void;
  children: ReactNode;
};

function Choose({ ref, label, value, onChange, children }: ChooseProps) {
  return (
    <label className="block">
      <span className="font-semibold">{label}</span>
      <span className="mt-1.5 block">
        <Select
          ref={ref}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          className="bg-surface text-[15px]"
        >
          {children}
        </Select>
      </span>
    </label>
  );
}
