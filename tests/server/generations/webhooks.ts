import { vi } from "vitest";
import type { Call } from "../../fake-upstream/recorder";
import { makeSigner } from "../../fake-upstream/signer";
import { startScriptedUpstream } from "./scripted-upstream";

export type Signed = { headers: Headers; body: Buffer };

/** Where webhooks arrive; the test takes them from there. */
export async function startReceiver() {
  const { origin, calls } = await startScriptedUpstream({ otherwise: {} });
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

function toSigned({ headers, bytes: body }: Call): Signed {
  const signed = Object.entries(headers).filter(([name]) => name.startsWith("x-fal-webhook-"));
  return { headers: new Headers(signed.map(([name, value]) => [name, String(value)])), body };
}

/** A signer whose parts have the tests' usual values. */
export function makeKey() {
  const { jwk, sign } = makeSigner();
  return {
    jwk,
    sign({ requestId = "request-1", at = 0, content = {} }): Signed {
      const { headers, body } = sign({ requestId, atSeconds: at / 1000, content });
      return { headers: new Headers(headers), body: Buffer.from(body) };
    },
  };
}
