import { randomUUIDv7 } from "node:crypto";
import { type Context, Hono } from "hono";
import { findKeyProblem } from "./auth.ts";
import { models } from "./models.ts";

const MAX_ENDPOINTS = 50;

const statuses = { validation_error: 400, authorization_error: 401, not_found: 404 } as const;

/** api.fal.ai: the prices of the models. Its errors have a shape that no other host of fal uses. */
export function createApiHost() {
  return new Hono()
    .use(async (c, next) => {
      const problem = findKeyProblem(c, "Authentication is required");
      return problem === undefined ? next() : refuse(c, "authorization_error", problem);
    })
    .get("/v1/models/pricing", (c) => {
      const asked = c.req.queries("endpoint_id") ?? [];
      const ids = asked.flatMap((value) => value.split(",")).filter(Boolean);
      if (ids.length === 0 || ids.length > MAX_ENDPOINTS) {
        return refuse(c, "validation_error", `endpoint_id must name 1 to ${MAX_ENDPOINTS} models`);
      }
      const prices: object[] = [];
      for (const id of new Set(ids)) {
        const price = models.get(id)?.price;
        if (!price) return refuse(c, "not_found", `Endpoint "${id}" not found`);
        prices.push({
          endpoint_id: id,
          unit_price: price.usd,
          unit: price.unit,
          currency: "USD",
        });
      }
      return c.json({ prices, next_cursor: null, has_more: false });
    })
    .all("*", (c) => refuse(c, "not_found", "Not found"));
}

function refuse(c: Context, type: keyof typeof statuses, message: string): Response {
  return c.json({ error: { type, message, request_id: randomUUIDv7() } }, statuses[type]);
}
