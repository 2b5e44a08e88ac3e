"use client";

import { useLazyMessages } from "@/components/lazy-messages";
import { fill } from "@/lib/messages/fill";
import type { Problem } from "@/lib/problems";

/**
 * A sentence that names the gateway that answered instead of the server. It follows the sentence that says what failed.
 */
export function GatewayWords({ problem }: { problem: Problem }) {
  const { common, problems } = useLazyMessages();
  const { title, message } = problems[problem.code];
  return <p className="basis-full text-muted">{fill(common.titled, { title, rest: message })}</p>;
}
