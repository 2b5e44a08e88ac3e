import "server-only";
import type { UpstreamKind } from "@/lib/upstream-kind";
import { getEnv } from "../env";
import { upstreamKind } from "./kind";
import { getLocalFal } from "./local-fal";

/** What answers as fal. `base` is put before `/HOST/PATH` of a call; `undefined` is fal itself. */
export type Upstream = { kind: UpstreamKind; base?: string; authorization: string };

export async function openUpstream(): Promise<Upstream> {
  const { FAL_UPSTREAM, FAL_KEY } = getEnv();
  const kind = upstreamKind();
  // Only fal itself knows its keys; a stand-in wants to see one, whichever.
  const authorization = `Key ${FAL_KEY ?? "firstframe:local"}`;
  if (kind === "local") return { kind, base: (await getLocalFal()).origin, authorization };
  return { kind, base: FAL_UPSTREAM, authorization };
}

/** The address that a call to `https://HOST/PATH` really goes to. */
export function addressOf(url: URL, { base }: Upstream): string {
  return base ? `${base}/${url.host}${url.pathname}${url.search}` : url.href;
}
