"use client";

import { useLazyMessages } from "@/components/lazy-messages";
import { nameOutcome } from "@/lib/browser/generation/describe";
import type { Generation } from "@/lib/generation";

/** The reason why there is no video. */
export function Outcome({ generation }: { generation: Generation }) {
  const outcome = nameOutcome(generation, useLazyMessages());
  return outcome && <span className="block truncate text-xs">{outcome}</span>;
}
