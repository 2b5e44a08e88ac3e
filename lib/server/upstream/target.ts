import "server-only";
import type { UpstreamKind } from "@/lib/api/upstream-kind";
import { isPublicHost } from "@/lib/net/addresses";
import { getEnv } from "../env";
import { ownKeyKind, upstreamKind } from "./kind";
import { getLocalFal } from "./local-fal";

/** The server that answers as fal. A call goes to `base` followed by `/HOST/PATH`; `undefined` means fal itself. */
export type Upstream = {
  kind: UpstreamKind;
  base?: string;
  authorization: string;
  /** The public keys of its webhooks. */
  webhookKeysUrl: string;
  /** The address at which its webhooks reach this server; `undefined` if they can't. */
  webhookOrigin?: string;
};

const WEBHOOK_KEYS = "https://rest.fal.ai/.well-known/jwks.json";

export async function openUpstream(): Promise<Upstream> {
  const { FAL_UPSTREAM, FAL_KEY } = getEnv();
  const kind = upstreamKind();
  // Only fal checks the key; a stand-in accepts any key, but requires one.
  const key = FAL_KEY ?? "firstframe:local";
  return toUpstream(kind, key, kind === "local" ? (await getLocalFal()).origin : FAL_UPSTREAM);
}

/** Returns the upstream of a run that its owner's key pays for. */
export function ownKeyUpstream(key: string): Upstream {
  const { FAL_UPSTREAM } = getEnv();
  const upstream = toUpstream(ownKeyKind(), key, FAL_UPSTREAM);
  // Webhooks are checked by the keys of the local fal if all other runs go there, so fal must send none.
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

// fal does not call private addresses. A stand-in may be on the same network, and the local fal calls nobody.
function isReachable({ protocol, hostname }: URL, kind: UpstreamKind): boolean {
  if (kind !== "fal") return kind === "compatible";
  return protocol === "https:" && isPublicHost(hostname);
}

/** Returns the address that a call to `https://HOST/PATH` goes to. */
export function addressOf(url: URL, { base }: Pick<Upstream, "base">): string {
  return base ? `${base}/${url.host}${url.pathname}${url.search}` : url.href;
}
