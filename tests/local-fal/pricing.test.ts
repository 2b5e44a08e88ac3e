import { expect, test } from "vitest";
import { models } from "../../lib/local-fal/models.ts";
import { startFal, withKey } from "./support.ts";

const pricing = "https://api.fal.ai/v1/models/pricing";
const video01 = "fal-ai/minimax/video-01/image-to-video";
const pro = "fal-ai/minimax/hailuo-02/pro/image-to-video";
const toPrice = (endpoint_id: string, unit_price: number, unit: string) => ({
  endpoint_id,
  unit_price,
  unit,
  currency: "USD",
});

test.each([
  ["one model", `endpoint_id=${video01}`, [toPrice(video01, 0.5, "videos")]],
  [
    "a repeated field",
    `endpoint_id=${video01}&endpoint_id=${pro}`,
    [toPrice(video01, 0.5, "videos"), toPrice(pro, 0.08, "seconds")],
  ],
  [
    "models with commas between",
    `endpoint_id=${pro},${video01}`,
    [toPrice(pro, 0.08, "seconds"), toPrice(video01, 0.5, "videos")],
  ],
  [
    "an encoded comma",
    `endpoint_id=${video01}%2C${pro}`,
    [toPrice(video01, 0.5, "videos"), toPrice(pro, 0.08, "seconds")],
  ],
  ["a model that is named twice", `endpoint_id=${pro},${pro}`, [toPrice(pro, 0.08, "seconds")]],
  ["50 names", `endpoint_id=${Array(50).fill(pro)}`, [toPrice(pro, 0.08, "seconds")]],
])("the price list answers for %s", async (_, query, prices) => {
  const { call } = await startFal();
  const response = await call(`${pricing}?${query}`);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ prices, next_cursor: null, has_more: false });
});

test("the price list knows every model", async () => {
  const { call } = await startFal();
  const response = await call(`${pricing}?endpoint_id=${[...models.keys()]}`);
  const { prices } = await response.json();
  expect(prices).toEqual(
    [...models].map(([endpoint, { price }]) => toPrice(endpoint, price.usd, price.unit)),
  );
});

test.each([
  ["no key", 401, "authorization_error", `${pricing}?endpoint_id=${pro}`, {}],
  [
    "a key that isn't one",
    401,
    "authorization_error",
    `${pricing}?endpoint_id=${pro}`,
    { authorization: "Key undefined" },
  ],
  ["an unknown model", 404, "not_found", `${pricing}?endpoint_id=${pro},fal-ai/flux/dev`, withKey],
  ["no model", 400, "validation_error", pricing, withKey],
  ["an empty name", 400, "validation_error", `${pricing}?endpoint_id=`, withKey],
  ["51 names", 400, "validation_error", `${pricing}?endpoint_id=${Array(51).fill(pro)}`, withKey],
  ["another path", 404, "not_found", "https://api.fal.ai/v1/models/usage", withKey],
])("the price list refuses %s with %i %s", async (_, status, type, url, headers) => {
  const { call } = await startFal();
  const response = await call(url, { headers });
  expect(response.status).toBe(status);
  expect(await response.json()).toEqual({
    error: {
      type,
      message: expect.stringMatching(/\w/),
      request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    },
  });
});
