import "server-only";
import { z } from "zod";
import { models, type Price } from "@/lib/models";
import { fetchJson } from "./fetch-json";
import { addressOf, type Upstream } from "./target";

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

/** Returns fal's current prices by model, if this app knows the unit. Throws if fal does not answer. */
export async function askPrices(upstream: Upstream): Promise<Map<string, Price>> {
  const url = new URL("https://api.fal.ai/v1/models/pricing");
  for (const { id } of models.slice(0, MODELS_AT_ONCE)) url.searchParams.append("endpoint_id", id);
  const { prices } = pricingSchema.parse(
    await fetchJson(new URL(addressOf(url, upstream)), { authorization: upstream.authorization }),
  );
  return new Map(
    prices.flatMap(({ endpoint_id, unit_price: usd, unit }): [string, Price][] => {
      const per = readUnit(unit);
      // A price of 0 counts as unknown, because none of fal's models is free.
      return per && usd > 0 ? [[endpoint_id, { usd, per }]] : [];
    }),
  );
}

function readUnit(unit: string): Price["per"] | undefined {
  if (/^videos?$/i.test(unit)) return "video";
  return /^seconds?$/i.test(unit) ? "second" : undefined;
}
