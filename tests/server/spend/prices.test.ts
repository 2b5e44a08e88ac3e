import { expect, test } from "vitest";
import { imageToVideo } from "@/lib/models";
import { openPrices } from "@/lib/server/spend/prices";
import { askPrices } from "@/lib/server/upstream/prices";
import { startScriptedUpstream } from "../generations/scripted-upstream";

test.each([
  ["a list that says 0 does not know", 0, {}, 0.5],
  ["a list that says less than nothing does not know", -1, {}, 0.5],
  ["a list that names a price is believed", 0.7, {}, 0.7],
  ["an operator may say that a model is free", 0.7, { [imageToVideo.id]: 0 }, 0],
])("%s", async (_, unit_price, overrides: Record<string, number>, usd) => {
  const { base, answer } = await startScriptedUpstream();
  const price = { endpoint_id: imageToVideo.id, unit_price, unit: "videos", currency: "USD" };
  answer("prices", { body: { prices: [price] } });
  const upstream = {
    kind: "compatible",
    base,
    authorization: "Key a:b",
    webhookKeysUrl: "",
  } as const;
  const prices = openPrices({ overrides, ask: () => askPrices(upstream) });

  await prices.refresh();

  expect(prices.usdOf(imageToVideo, {})).toBe(usd);
});
