import { vi } from "vitest";
import type { Call } from "../../fake-upstream/recorder";
import { makeSigner } from "../../fake-upstream/signer";
import { startScriptedUpstream } from "./scripted-upstream";

export type Signed = { headers: Headers; body: Buffer };

/** Starts a receiver of webhooks and stores them for the test. */
export async function startReceiver() {
  const { origin, calls } = await startScriptedUpstream({ otherwise: {} });
  return {
    origin,
    /** Waits until there are `count` webhooks for one generation and returns them. */
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

/** Makes a signer with the values that most tests use. */
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
