import "server-only";
import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";
import { z } from "zod";
import { fetchJson } from "./fetch-json";
import type { Upstream } from "./target";

/** The content of a genuine webhook. It says that a run has ended, but not how. */
export type WebhookReport = {
  requestIds: string[];
  /** How many seconds from now it was signed, if that is far: fal has repeated it, or a clock is wrong. */
  secondsOff?: number;
};

/** Why a webhook is dropped. */
export type DropReason = "headers" | "signature" | "body";

export type ReadWebhook = { report: WebhookReport } | { dropped: DropReason };

const WINDOW_SECONDS = 300;
const JWKS_KEPT_MS = 24 * 60 * 60_000;
// Forged webhooks must not make the server fetch the keys each time.
const JWKS_ASKED_AGAIN_AFTER_MS = 60_000;

const headersSchema = z.object({
  requestId: z.string().min(1).max(128),
  userId: z.string().min(1).max(256),
  timestamp: z.string().regex(/^\d{1,12}$/),
  signature: z.string().regex(/^[0-9a-f]{128}$/i),
});
const bodySchema = z.object({
  request_id: z.string().min(1).max(128),
  gateway_request_id: z.string().max(128).nullish(),
  status: z.enum(["OK", "ERROR"]),
});
const jwksSchema = z.object({
  keys: z.array(z.looseObject({ x: z.string() })).max(64),
});

/** Returns the address for the webhook of a generation; `undefined` if the upstream cannot reach this server. */
export function webhookAddress(id: string, { webhookOrigin }: Upstream): string | undefined {
  return webhookOrigin && `${webhookOrigin}/api/fal/webhook?generation=${id}`;
}

/**
 * Reads a webhook if fal signed it. An old one counts, because fal repeats a webhook for hours, the clock here may be wrong,
 * and the only effect is that fal is asked. The body is read only if the headers can be fal's. Throws if the keys cannot be
 * fetched.
 */
export async function readWebhook(
  headers: Headers,
  readBody: () => Promise<Uint8Array>,
  { keys, now }: { keys: WebhookKeys; now: number },
): Promise<ReadWebhook> {
  const read = headersSchema.safeParse({
    requestId: headers.get("x-fal-webhook-request-id"),
    userId: headers.get("x-fal-webhook-user-id"),
    timestamp: headers.get("x-fal-webhook-timestamp"),
    signature: headers.get("x-fal-webhook-signature"),
  });
  if (!read.success) return { dropped: "headers" };
  const { requestId, userId, timestamp, signature } = read.data;

  const body = await readBody();
  const digest = createHash("sha256").update(body).digest("hex");
  const message = Buffer.from([requestId, userId, timestamp, digest].join("\n"));
  if (!(await keys.verify(message, Buffer.from(signature, "hex")))) return { dropped: "signature" };

  const report = bodySchema.safeParse(parseJson(body));
  if (!report.success || report.data.request_id !== requestId) return { dropped: "body" };
  const { request_id, gateway_request_id } = report.data;
  const secondsOff = Math.round(now / 1000 - Number(timestamp));
  return {
    report: {
      requestIds: [request_id, ...(gateway_request_id ? [gateway_request_id] : [])],
      ...(Math.abs(secondsOff) > WINDOW_SECONDS && { secondsOff }),
    },
  };
}

export type WebhookKeys = { verify(message: Uint8Array, signature: Uint8Array): Promise<boolean> };

/** The upstream's public keys, cached for a day. If none fits, they are fetched again, at most once a minute. */
export function openWebhookKeys({ webhookKeysUrl }: Upstream, now: () => number): WebhookKeys {
  let known: { keys: KeyObject[]; at: number } | undefined;
  let asked: { keys: Promise<KeyObject[]>; at: number } | undefined;

  const fetchKeys = () => {
    if (asked && Math.abs(now() - asked.at) < JWKS_ASKED_AGAIN_AFTER_MS) return asked.keys;
    const keys = fetchJwks(webhookKeysUrl).then((keys) => {
      known = { keys, at: now() };
      return keys;
    });
    asked = { keys, at: now() };
    return keys;
  };

  return {
    async verify(message, signature) {
      const fits = (key: KeyObject) => verify(null, message, key, signature);
      const isFresh = known && Math.abs(now() - known.at) < JWKS_KEPT_MS;
      if (known && isFresh && known.keys.some(fits)) return true;
      return (await fetchKeys()).some(fits);
    },
  };
}

async function fetchJwks(address: string): Promise<KeyObject[]> {
  const { keys } = jwksSchema.parse(await fetchJson(new URL(address)));
  return keys.flatMap(({ x }) => toKey(x) ?? []);
}

function toKey(x: string): KeyObject | undefined {
  try {
    return createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  } catch {
    // This is a key of another kind.
    return undefined;
  }
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}
