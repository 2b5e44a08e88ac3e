import "server-only";
import type { Model, Price, Settings } from "@/lib/models";
import { priceOf } from "@/lib/models/price";

/** What each model costs here: as the operator says, else as fal says, else as the catalogue does. */
export type Prices = {
  of(model: Model): readonly Price[];
  /** In dollars. */
  usdOf(model: Model, settings: Settings): number;
  /** Asks fal for its prices of today. Throws when it does not say. */
  refresh(): Promise<void>;
};

type PricesOptions = {
  /** By model, as the operator says. */
  overrides: Record<string, number>;
  /** By model, as fal says now. */
  ask(): Promise<Map<string, Price>>;
};

export function openPrices({ overrides, ask }: PricesOptions): Prices {
  const asked = new Map<string, Price>();

  const of = (model: Model): readonly Price[] => {
    const own = [model.id, ...model.aliases].map((id) => overrides[id]).find(isGiven);
    if (own !== undefined) return [{ usd: own, per: "video" }];
    const current = asked.get(model.id);
    // fal names one price for a model; those that the catalogue has for single settings go before it.
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
