import { Hono } from "hono";
import type { WebhookKey } from "./webhook-key.ts";

/** The public part of rest.fal.ai: the keys that verify webhook signatures. */
export function createJwksHost({ jwks }: WebhookKey) {
  return new Hono().get("/.well-known/jwks.json", (c) => {
    c.header("cache-control", "public, max-age=86400");
    return c.json(jwks);
  });
}
