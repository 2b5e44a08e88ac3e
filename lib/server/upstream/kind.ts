import "server-only";
import type { UpstreamKind } from "@/lib/upstream-kind";
import { getEnv } from "../env";

export function upstreamKind(): UpstreamKind {
  const { FAL_UPSTREAM, FAL_KEY } = getEnv();
  if (FAL_UPSTREAM) return "compatible";
  return FAL_KEY ? "fal" : "local";
}
