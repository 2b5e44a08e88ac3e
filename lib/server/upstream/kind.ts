import "server-only";
import type { UpstreamKind } from "@/lib/api/upstream-kind";
import { getEnv } from "../env";

export function upstreamKind(): UpstreamKind {
  return getEnv().FAL_KEY || getEnv().FAL_UPSTREAM ? ownKeyKind() : "local";
}

/** Of a run that its owner's own key pays for: never the local fal, which knows no keys. */
export function ownKeyKind(): UpstreamKind {
  return getEnv().FAL_UPSTREAM ? "compatible" : "fal";
}
