import type { Model, Settings } from "./catalogue.ts";

/** How long a model's runs have taken on this server, from the click to the video. */
export type UsualDuration = { medianSeconds: number; slowSeconds: number };

/** A model with its usual duration on this server. */
export type Offer = Model & { usual?: UsualDuration };

/**
 * What the visitor chose. `model` is the id of an endpoint and stands for both endpoints of that name, with a picture
 * and without. While models are compared, `compared` names them instead.
 */
export type Choice = Settings & { model?: string; compared?: readonly string[] };

/** Returns one endpoint for each name, the first in the list. */
export function familiesOf(offers: readonly Offer[]): Offer[] {
  return offers.filter(({ name }, at) => offers.findIndex((offer) => offer.name === name) === at);
}

export function findOffer(offers: readonly Offer[], id: string | undefined): Offer | undefined {
  return offers.find((offer) => offer.id === id || offer.aliases.includes(id ?? ""));
}

/** Returns the endpoint for a choice: the one of that name with or without a picture, if there are both. */
export function chooseOffer(
  offers: readonly [Offer, ...Offer[]],
  { model }: Choice,
  hasPicture: boolean,
): Offer {
  const chosen = findOffer(offers, model) ?? offers[0];
  const isOther = (offer: Offer) => offer.name === chosen.name && offer.takesPicture === hasPicture;
  return offers.find(isOther) ?? offers.find(({ name }) => name === chosen.name) ?? chosen;
}

/** Returns the settings of a choice that this model accepts, and drops the others. */
export function settingsFor(
  { durations, resolutions }: Pick<Model, "durations" | "resolutions">,
  choice: Choice,
): Settings {
  const { duration, resolution } = choice;
  return {
    ...(durations.length > 1 && duration && durations.includes(duration) && { duration }),
    ...(resolutions.length > 1 && resolution && resolutions.includes(resolution) && { resolution }),
  };
}
