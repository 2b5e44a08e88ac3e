import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { vi } from "vitest";
import { type Call, startRecorder } from "./recorder";

export type Signed = { headers: Headers; body: Buffer };

/** Where webhooks arrive; the test takes them from there. */
export async function startReceiver() {
  const { origin, calls } = await startRecorder((_, response) => response.end());
  return {
    origin,
    /** Those about one generation, once there are so many. */
    async received(generationId: string, count = 1): Promise<Signed[]> {
      const own = () => calls("webhook").filter(({ url }) => url.endsWith(`=${generationId}`));
      await vi.waitUntil(() => own().length >= count, { timeout: 10_000, interval: 5 });
      return own().map(toSigned);
    },
  };
}

function toSigned({ headers, body }: Call): Signed {
  const signed = Object.entries(headers).filter(([name]) => name.startsWith("x-fal-webhook-"));
  return { headers: new Headers(signed.map(([name, value]) => [name, String(value)])), body };
}

/** A key of fal's, or of somebody who would like to be fal; signs as fal's documentation says. */
export function makeKey() {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const { kty, crv, x } = publicKey.export({ format: "jwk" });
  return {
    jwk: { kty, crv, x },
    sign({ requestId = "request-1", at = 0, content = {} }): Signed {
      const message = { request_id: requestId, status: "OK", ...content };
      const body = Buffer.from(JSON.stringify(message));
      const timestamp = String(Math.floor(at / 1000));
      const digest = createHash("sha256").update(body).digest("hex");
      const lines = [requestId, "user-1", timestamp, digest].join("\n");
      const headers = new Headers({
        "x-fal-webhook-request-id": requestId,
        "x-fal-webhook-user-id": "user-1",
        "x-fal-webhook-timestamp": timestamp,
        "x-fal-webhook-signature": sign(null, Buffer.from(lines), privateKey).toString("hex"),
      });
      return { headers, body };
    },
  };
}
