"use client";

import type { ReactNode, Ref } from "react";
import { useMessages } from "@/components/messages";
import { describeUsual } from "@/lib/describe";
import { formatUsd } from "@/lib/format";
import type { PageMessages } from "@/lib/messages";
import { fill } from "@/lib/messages/fill";
import { type Choice, type Offer, settingsFor } from "@/lib/models/offer";
import { priceOf } from "@/lib/models/price";
import type { UpstreamKind } from "@/lib/upstream-kind";

type ModelChoiceProps = {
  modelRef: Ref<HTMLSelectElement>;
  offers: readonly Offer[];
  /** The one that the choice leads to. */
  model: Offer;
  choice: Choice;
  hasPicture: boolean;
  upstream: UpstreamKind;
  onChoose: (choice: Choice) => void;
};

/** Which model makes the video, and what it can be told beside the prompt. */
export function ModelChoice(props: ModelChoiceProps) {
  const { modelRef, offers, model, choice, hasPicture, upstream, onChoose } = props;
  const messages = useMessages();
  const { model: words } = messages.studio;
  const settings = settingsFor(model, choice);
  const families = offers.filter(
    ({ name }, at) => offers.findIndex((offer) => offer.name === name) === at,
  );
  return (
    <div className="border-t border-line pt-5">
      <Choose
        ref={modelRef}
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
      {(model.durations.length > 1 || model.resolutions.length > 1) && (
        <div className="mt-3 grid grid-cols-2 gap-3">
          {model.durations.length > 1 && (
            <Choose
              label={words.length}
              value={settings.duration ?? model.durations[0]}
              onChange={(duration) => onChoose({ ...choice, duration })}
            >
              {model.durations.map((seconds) => (
                <option key={seconds} value={seconds}>
                  {fill(words.seconds, { seconds })}
                </option>
              ))}
            </Choose>
          )}
          {model.resolutions.length > 1 && (
            <Choose
              label={words.resolution}
              value={settings.resolution ?? model.resolutions[0]}
              onChange={(resolution) => onChoose({ ...choice, resolution })}
            >
              {model.resolutions.map((resolution) => (
                <option key={resolution}>{resolution}</option>
              ))}
            </Choose>
          )}
        </div>
      )}
      <p className="mt-2 text-[13px] text-muted">
        {[
          upstream === "local" && words.local,
          summarize(model, words),
          describeUsual(model, upstream, messages),
          !hasPicture && !model.takesPicture && words.fromWords,
        ]
          .filter(Boolean)
          .join(" · ")}
      </p>
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
      <span className="relative mt-1.5 block">
        <select
          ref={ref}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          className="block min-h-11 w-full cursor-pointer appearance-none truncate rounded-control border border-line bg-surface pr-10 pl-3.5 text-[15px] hover:border-line-strong"
        >
          {children}
        </select>
        <svg
          viewBox="0 0 16 16"
          fill="none"
          aria-hidden="true"
          className="pointer-events-none absolute inset-y-0 right-3.5 my-auto size-4 text-muted"
        >
          <path d="m4 6 4 4 4-4" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" />
        </svg>
      </span>
    </label>
  );
}

function summarize({ durations, sizes }: Offer, words: PageMessages["studio"]["model"]): string {
  const [seconds, names] = [durations, sizes].map((choices) => choices.join(words.or));
  return fill(words.summary, { seconds: seconds ?? "", sizes: names ?? "" });
}
