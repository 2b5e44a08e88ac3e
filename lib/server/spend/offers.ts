import "server-only";
import { imageToVideo, models } from "@/lib/models";
import type { Offer, UsualDuration } from "@/lib/models/offer";
import type { Prices } from "./prices";

/** Returns the catalogue with this server's prices and usual durations. The studio's default model comes first. */
export async function makeOffers({
  prices,
  usual,
}: {
  prices: Prices;
  usual: { of(modelId: string): Promise<UsualDuration | undefined> };
}): Promise<[Offer, ...Offer[]]> {
  const offer = async (model: (typeof models)[number]): Promise<Offer> => ({
    ...model,
    prices: prices.of(model),
    // The studio works without it while the database is unavailable.
    usual: await usual.of(model.id).catch(() => undefined),
  });
  const others = models.filter((model) => model !== imageToVideo);
  return [await offer(imageToVideo), ...(await Promise.all(others.map(offer)))];
}
