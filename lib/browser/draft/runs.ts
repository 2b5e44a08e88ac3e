import type { GenerationInput } from "../../generation.ts";
import { type Offer, settingsFor } from "../../models/offer.ts";
import type { Draft } from "./draft.ts";

export type Run = { model: string; input: GenerationInput };

/** What a draft asks for: a run of each model, told only what that model takes. */
export function runsOf(
  { prompt, optimizePrompt, choice }: Draft,
  models: readonly Offer[],
  pictures: { first?: string; last?: string },
): Run[] {
  return models.map((model) => ({
    model: model.id,
    input: {
      prompt: prompt.trim(),
      prompt_optimizer: optimizePrompt,
      ...settingsFor(model, choice),
      ...(model.takesPicture && pictures.first && { image_url: pictures.first }),
      ...(model.takesEndPicture && pictures.last && { end_image_url: pictures.last }),
    },
  }));
}
