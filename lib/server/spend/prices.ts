import "server-only";
import { z } from "zod";
import { type Model, models, type Price, type Settings } from "@/lib/models";
import { priceOf } from "@/lib/models/price";
import { fetchJson } from "../upstream/fetch-json";
import { addressOf, type Upstream } from "../upstream/target";

/** What each model costs here: as the operator says, else as fal says, else as the catalogue does. */
export type Prices = {
  of(model: Model): readonly Price[];
  /** In dollars. */
  usdOf(model: Model, settings: Settings): number;
  /** Asks fal for its prices of today. Throws when it does not say. */
  refresh(): Promise<void>;
};

const MODELS_AT_ONCE = 50;
const pricingSchema = z.object({
  prices: z.array(
    z.object({
      endpoint_id: z.string(),
      unit_price: z.number(),
      unit: z.string(),
      currency: z.literal("USD"),
    }),
  ),
});

export function openPrices(upstream: Upstream, overrides: Record<string, number>): Prices {
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
      const url = new URL("https://api.fal.ai/v1/models/pricing");
      for (const { id } of models.slice(0, MODELS_AT_ONCE))
        url.searchParams.append("endpoint_id", id);
      const { prices } = pricingSchema.parse(
        await fetchJson(new URL(addressOf(url, upstream)), {
          authorization: upstream.authorization,
        }),
      );
      for (const { endpoint_id, unit_price: usd, unit } of prices) {
        const per = readUnit(unit);
        // A list that says 0 does not know: no model of fal's is free.
        if (per && usd > 0) asked.set(endpoint_id, { usd, per });
      }
    },
  };
}

function readUnit(unit: string): Price["per"] | undefined {
  if (/^videos?$/i.test(unit)) return "video";
  return /^seconds?$/i.test(unit) ? "second" : undefined;
}

function isGiven(usd: number | undefined): usd is number {
  return usd !== undefined;
}
