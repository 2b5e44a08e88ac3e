"use client";

import { useLateMessages } from "@/components/late-messages";
import { fill } from "@/lib/messages/fill";
import type { Problem } from "@/lib/problems";

/** What answered in the server's place, said after what could not be done. */
export function GatewayWords({ problem }: { problem: Problem }) {
  const { common, problems } = useLateMessages();
  const { title, message } = problems[problem.code];
  return <p className="basis-full text-muted">{fill(common.titled, { title, rest: message })}</p>;
}
