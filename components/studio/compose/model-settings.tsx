"use client";

import { useMessages } from "@/components/messages";
import { fill } from "@/lib/messages/fill";
import { type Choice, type Offer, settingsFor } from "@/lib/models/offer";
import { Choose } from "./choose";

type ModelSettingsProps = {
  models: readonly Offer[];
  choice: Choice;
  onChoose: (choice: Choice) => void;
};

/** The length and the resolution, as far as the models leave a choice. */
export function ModelSettings({ models, choice, onChoose }: ModelSettingsProps) {
  const { model: words } = useMessages().studio;
  const durations = models.find(({ durations }) => durations.length > 1)?.durations ?? [];
  const resolutions = models.find(({ resolutions }) => resolutions.length > 1)?.resolutions ?? [];
  const settings = settingsFor({ durations, resolutions }, choice);
  if (durations.length < 2 && resolutions.length < 2) return null;
  return (
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
  );
}
