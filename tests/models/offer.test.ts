import { expect, test } from "vitest";
import { findModel, models } from "@/lib/models";
import { candidatesFor, offersFor, totalOf } from "@/lib/models/comparison";
import { chooseOffer, type Offer, settingsFor } from "@/lib/models/offer";
import { priceOf } from "@/lib/models/price";

const offers = models as unknown as [Offer, ...Offer[]];
const hailuo02 = "fal-ai/minimax/hailuo-02/standard/image-to-video";

test("leads from a model with a picture to the model of the same name without one, and back", () => {
  const without = chooseOffer(offers, { model: hailuo02 }, false);
  expect(without.id).toBe("fal-ai/minimax/hailuo-02/standard/text-to-video");
  expect(chooseOffer(offers, { model: without.id }, true).id).toBe(hailuo02);
  expect(chooseOffer(offers, {}, false).id).toBe("fal-ai/minimax-video");
  expect(chooseOffer(offers, { model: "fal-ai/gone" }, true)).toBe(models[0]);
});

test("stays with a model that always needs a picture", () => {
  const model = "fal-ai/minimax/hailuo-02-fast/image-to-video";
  expect(chooseOffer(offers, { model }, false)).toMatchObject({ id: model, takesPicture: true });
});

test("sends a model only the settings that it offers", () => {
  const choice = { duration: "10", resolution: "512P" };
  const settings = (id: string) => {
    const model = findModel(id);
    return model && settingsFor(model, choice);
  };
  expect(settings(hailuo02)).toEqual(choice);
  expect(settings("fal-ai/minimax/hailuo-2.3/standard/image-to-video")).toEqual({ duration: "10" });
  expect(settings("fal-ai/minimax-video")).toEqual({});
});

test.each([
  ["fal-ai/minimax-video", {}, 0.5],
  [hailuo02, {}, 0.27],
  [hailuo02, { duration: "10" }, 0.45],
  [hailuo02, { duration: "10", resolution: "512P" }, 0.17],
  ["fal-ai/minimax/hailuo-2.3/standard/image-to-video", { duration: "10" }, 0.56],
  ["fal-ai/minimax/hailuo-02/pro/image-to-video", {}, 0.48],
])("%s with %o costs $%d", (id, settings, usd) => {
  const model = findModel(id);
  expect(model && priceOf(model, model.prices, settings)).toBe(usd);
});

test("every model has a price, and every id is there once", () => {
  const ids = models.flatMap(({ id, aliases }) => [id, ...aliases]);
  expect(new Set(ids).size).toBe(ids.length);
  for (const model of models) expect(priceOf(model, model.prices, {})).toBeGreaterThan(0);
});

const video01 = "fal-ai/minimax-video/image-to-video";
const hailuo02Fast = "fal-ai/minimax/hailuo-02-fast/image-to-video";

test("compares the models that can run this draft, and adds their prices", () => {
  const choice = { compared: [video01, hailuo02, hailuo02Fast], duration: "10" };
  const withPicture = offersFor(offers, choice, true);
  expect(withPicture.map(({ id }) => id)).toEqual([video01, hailuo02, hailuo02Fast]);
  expect(totalOf(withPicture, choice)).toBe(1.12);

  const without = offersFor(offers, choice, false);
  expect(without.map(({ id }) => id)).toEqual([
    "fal-ai/minimax-video",
    "fal-ai/minimax/hailuo-02/standard/text-to-video",
  ]);
  expect(candidatesFor(offers, choice, false).at(-1)).toMatchObject({
    family: hailuo02Fast,
    isChosen: true,
    canRun: false,
  });
});

test("runs only the chosen model while none are compared", () => {
  expect(offersFor(offers, { model: hailuo02 }, true).map(({ id }) => id)).toEqual([hailuo02]);
  expect(offersFor(offers, { model: hailuo02, compared: [] }, true)).toEqual([]);
});
