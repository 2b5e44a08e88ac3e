import "server-only";
import type { UpstreamKind } from "@/lib/api/upstream-kind";
import { isPublicHost } from "@/lib/net/addresses";
import { getEnv } from "../env";
import { ownKeyKind, upstreamKind } from "./kind";
import { getLocalFal } from "./local-fal";

/** What answers as fal. `base` is put before `/HOST/PATH` of a call; `undefined` is fal itself. */
export type Upstream = {
  kind: UpstreamKind;
  base?: string;
  authorization: string;
  /** The public keys of its webhooks. */
  webhookKeysUrl: string;
  /** Where its webhooks find this server; `undefined` when they can't. */
  webhookOrigin?: string;
};

const WEBHOOK_KEYS = "https://rest.fal.ai/.well-known/jwks.json";

export async function openUpstream(): Promise<Upstream> {
  const { FAL_UPSTREAM, FAL_KEY } = getEnv();
  const kind = upstreamKind();
  // Only fal itself knows its keys; a stand-in wants to see one, whichever.
  const key = FAL_KEY ?? "firstframe:local";
  return toUpstream(kind, key, kind === "local" ? (await getLocalFal()).origin : FAL_UPSTREAM);
}

/** Where a run goes that its owner pays for. */
export function ownKeyUpstream(key: string): Upstream {
  const { FAL_UPSTREAM } = getEnv();
  const upstream = toUpstream(ownKeyKind(), key, FAL_UPSTREAM);
  // Where all others run on the local fal, reports are checked by its keys.
  return upstreamKind() === "local" ? { ...upstream, webhookOrigin: undefined } : upstream;
}

function toUpstream(kind: UpstreamKind, key: string, base?: string): Upstream {
  const { FAL_WEBHOOK_JWKS_URL, PUBLIC_URL } = getEnv();
  return {
    kind,
    base,
    authorization: `Key ${key}`,
    webhookKeysUrl: FAL_WEBHOOK_JWKS_URL ?? addressOf(new URL(WEBHOOK_KEYS), { base }),
    webhookOrigin: PUBLIC_URL && isReachable(new URL(PUBLIC_URL), kind) ? PUBLIC_URL : undefined,
  };
}

// fal drops what is not public; another server may well be on the same network, and the local fal calls nobody.
function isReachable({ protocol, hostname }: URL, kind: UpstreamKind): boolean {
  if (kind !== "fal") return kind === "compatible";
  return protocol === "https:" && isPublicHost(hostname);
}

/** The address that a call to `https://HOST/PATH` really goes to. */
export function addressOf(url: URL, { base }: Pick<Upstream, "base">): string {
  return base ? `${base}/${url.host}${url.pathname}${url.search}` : url.href;
}
