import "server-only";
import type { Model, Price, Settings } from "@/lib/models";
import { priceOf } from "@/lib/models/price";

/** The price of each model: from the operator, or else from fal, or else from the catalogue. */
export type Prices = {
  of(model: Model): readonly Price[];
  /** The price of one run, in dollars. */
  usdOf(model: Model, settings: Settings): number;
  /** Asks fal for its current prices. Throws if fal does not answer. */
  refresh(): Promise<void>;
};

type PricesOptions = {
  /** The operator's prices, by model. */
  overrides: Record<string, number>;
  /** Asks fal for its current prices, by model. */
  ask(): Promise<Map<string, Price>>;
};

export function openPrices({ overrides, ask }: PricesOptions): Prices {
  const asked = new Map<string, Price>();

  const of = (model: Model): readonly Price[] => {
    const own = [model.id, ...model.aliases].map((id) => overrides[id]).find(isGiven);
    if (own !== undefined) return [{ usd: own, per: "video" }];
    const current = asked.get(model.id);
    // fal names one price for a model, so the catalogue's prices for single settings take precedence.
    return current
      ? [...model.prices.filter(({ duration, resolution }) => duration ?? resolution), current]
      : model.prices;
  };

  return {
    of,
    usdOf: (model, settings) => priceOf(model, of(model), settings),
    async refresh() {
      for (const [model, price] of await ask()) asked.set(model, price);
    },
  };
}

function isGiven(usd: number | undefined): usd is number {
  return usd !== undefined;
}
