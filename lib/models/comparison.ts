import { type Choice, chooseOffer, familiesOf, type Offer, settingsFor } from "./offer.ts";
import { priceOf } from "./price.ts";

/** A model that can be compared. A choice refers to it by `family`; `offer` is the endpoint that would run. */
export type Candidate = { family: string; offer: Offer; isChosen: boolean; canRun: boolean };

export function candidatesFor(
  offers: readonly [Offer, ...Offer[]],
  { compared }: Choice,
  hasPicture: boolean,
): Candidate[] {
  return familiesOf(offers).map(({ id }) => {
    const offer = chooseOffer(offers, { model: id }, hasPicture);
    const canRun = hasPicture || !offer.takesPicture;
    return { family: id, offer, isChosen: compared?.includes(id) ?? false, canRun };
  });
}

/**
 * Returns the endpoints that run a draft, one generation each: the chosen model, or the compared models that can run
 * it.
 */
export function offersFor(
  offers: readonly [Offer, ...Offer[]],
  choice: Choice,
  hasPicture: boolean,
): Offer[] {
  if (!choice.compared) return [chooseOffer(offers, choice, hasPicture)];
  return candidatesFor(offers, choice, hasPicture)
    .filter(({ isChosen, canRun }) => isChosen && canRun)
    .map(({ offer }) => offer);
}

/** Returns the price of one run of each model together, in dollars. */
export function totalOf(models: readonly Offer[], choice: Choice): number {
  const usd = models.map((model) => priceOf(model, model.prices, settingsFor(model, choice)));
  return Math.round(usd.reduce((sum, price) => sum + price, 0) * 1e6) / 1e6;
}
