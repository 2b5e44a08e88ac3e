import type { Model, Price, Settings } from "./catalogue.ts";

/** Returns the price of a run in dollars. Throws if the model has no price for these settings. */
export function priceOf(
  { durations, resolutions }: Pick<Model, "durations" | "resolutions">,
  prices: readonly Price[],
  { duration = durations[0], resolution = resolutions[0] }: Settings,
): number {
  const price = prices.find(
    (price) =>
      (price.duration === undefined || price.duration === duration) &&
      (price.resolution === undefined || price.resolution === resolution),
  );
  if (!price) throw new Error("there is no price for these settings");
  const usd = price.per === "second" ? price.usd * Number(duration) : price.usd;
  return Math.round(usd * 1e6) / 1e6;
}
