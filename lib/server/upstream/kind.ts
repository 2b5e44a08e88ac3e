import "server-only";
import type { UpstreamKind } from "@/lib/api/upstream-kind";
import { getEnv } from "../env";

export function upstreamKind(): UpstreamKind {
  return getEnv().FAL_KEY || getEnv().FAL_UPSTREAM ? ownKeyKind() : "local";
}

/** The kind for a run that its owner's key pays for. It is never the local fal, which checks no keys. */
export function ownKeyKind(): UpstreamKind {
  return getEnv().FAL_UPSTREAM ? "compatible" : "fal";
}
