import type { Model, Settings } from "./catalogue.ts";

/** How long runs of a model have taken on this server, from the click to the video. */
export type UsualDuration = { medianSeconds: number; slowSeconds: number };

/** A model with what it costs and takes here. */
export type Offer = Model & { usual?: UsualDuration };

/**
 * What the visitor has chosen; `model` is the id of an endpoint, of which the one with or without a picture is taken.
 * While several models are compared, `compared` names them instead.
 */
export type Choice = Settings & { model?: string; compared?: readonly string[] };

/** The first endpoint of each name. */
export function familiesOf(offers: readonly Offer[]): Offer[] {
  return offers.filter(({ name }, at) => offers.findIndex((offer) => offer.name === name) === at);
}

export function findOffer(offers: readonly Offer[], id: string | undefined): Offer | undefined {
  return offers.find((offer) => offer.id === id || offer.aliases.includes(id ?? ""));
}

/** The endpoint for a choice: by the same name with a picture or without, as far as there are both. */
export function chooseOffer(
  offers: readonly [Offer, ...Offer[]],
  { model }: Choice,
  hasPicture: boolean,
): Offer {
  const chosen = findOffer(offers, model) ?? offers[0];
  const isOther = (offer: Offer) => offer.name === chosen.name && offer.takesPicture === hasPicture;
  return offers.find(isOther) ?? offers.find(({ name }) => name === chosen.name) ?? chosen;
}

/** What of a choice this model can be told; what it offers no choice of is left out. */
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
