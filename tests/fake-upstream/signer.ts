import { createHash, generateKeyPairSync, sign } from "node:crypto";

export type SignedWebhook = { headers: Record<string, string>; body: string };

type WebhookParts = { requestId: string; atSeconds?: number; content?: object };

/** Makes a key of fal, or of someone who pretends to be fal. It signs as fal's documentation says. */
export function makeSigner() {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const { kty, crv, x } = publicKey.export({ format: "jwk" });
  return {
    jwk: { kty, crv, x },
    sign({ requestId, atSeconds = Date.now() / 1000, content = {} }: WebhookParts): SignedWebhook {
      const body = JSON.stringify({ request_id: requestId, status: "OK", ...content });
      const timestamp = String(Math.floor(atSeconds));
      const digest = createHash("sha256").update(body).digest("hex");
      const message = [requestId, "user-1", timestamp, digest].join("\n");
      return {
        body,
        headers: {
          "content-type": "application/json",
          "x-fal-webhook-request-id": requestId,
          "x-fal-webhook-user-id": "user-1",
          "x-fal-webhook-timestamp": timestamp,
          "x-fal-webhook-signature": sign(null, Buffer.from(message), privateKey).toString("hex"),
        },
      };
    },
  };
}
