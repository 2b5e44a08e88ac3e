import type { Model } from "./catalogue.ts";
import { type Choice, chooseOffer, findOffer, type Offer } from "./offer.ts";

/** Of a frame of 16:9, whose short side each size is named after. */
const longSides: Record<string, number> = {
  "512p": 910,
  "720p": 1280,
  "768p": 1366,
  "1080p": 1920,
};
const LONGEST = 1920;

/** What a model uses of a picture at most, along its longer side: the rest would only take longer to upload. */
export function longSideOf({ sizes }: Pick<Model, "sizes">): number {
  return Math.max(...sizes.map((size) => longSides[size] ?? LONGEST));
}

/** The same for what a visitor chose: of models that are compared, the most. */
export function longSideFor(offers: readonly [Offer, ...Offer[]], choice: Choice): number {
  const compared = choice.compared?.map((id) => findOffer(offers, id)) ?? [];
  const chosen = [chooseOffer(offers, choice, true), ...compared].filter(
    (one) => one !== undefined,
  );
  return Math.max(...chosen.map(longSideOf));
}
