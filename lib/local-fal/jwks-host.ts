import { Hono } from "hono";
import type { WebhookKey } from "./webhook-key.ts";

/** The part of rest.fal.ai that is open to anyone: the keys that webhooks are checked with. */
export function createJwksHost({ jwks }: WebhookKey) {
  return new Hono().get("/.well-known/jwks.json", (c) => {
    c.header("cache-control", "public, max-age=86400");
    return c.json(jwks);
  });
}
