import { expect, test } from "vitest";
import { models } from "@/lib/models/catalogue";
import { longSideFor, longSideOf } from "@/lib/models/long-side";
import type { Offer } from "@/lib/models/offer";

const offers = models as unknown as readonly [Offer, ...Offer[]];

test.each([
  ["fal-ai/minimax-video/image-to-video", 1280],
  ["fal-ai/minimax/hailuo-02/standard/image-to-video", 1366],
  ["fal-ai/minimax/hailuo-02/pro/image-to-video", 1920],
  ["fal-ai/minimax/hailuo-02-fast/image-to-video", 910],
])("sends %s no more than %i pixels", (model, longSide) => {
  expect(longSideFor(offers, { model })).toBe(longSide);
});

test("sends models that are compared what the largest of them uses", () => {
  const compared = [
    "fal-ai/minimax-video/image-to-video",
    "fal-ai/minimax/hailuo-02/pro/image-to-video",
  ];
  expect(longSideFor(offers, { compared })).toBe(1920);
});

test("knows the size of every model", () => {
  for (const model of models) expect(longSideOf(model)).toBeGreaterThan(900);
});
