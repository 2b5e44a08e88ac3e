"use client";

import { useMessages } from "@/components/messages";
import { Button } from "@/components/ui/button";
import type { Choice, Offer } from "@/lib/models/offer";

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
      className="absolute top-2.5 -right-1.5 text-note sm:-right-3"
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
