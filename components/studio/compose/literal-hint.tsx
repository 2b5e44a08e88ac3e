"use client";

import { useMessages } from "@/components/messages";
import { Button } from "@/components/ui/button";
import type { UpstreamKind } from "@/lib/api/upstream-kind";
import { hasMoves } from "@/lib/browser/prompt/camera-moves";

type LiteralHintProps = { prompt: string; upstream: UpstreamKind; onLiteral: () => void };

/** Says that a rewritten prompt may move the camera otherwise, and offers to send it as it is. */
export function LiteralHint({ prompt, upstream, onLiteral }: LiteralHintProps) {
  const { prompts } = useMessages().studio;
  // The local fal takes every prompt as it is.
  if (upstream === "local" || !hasMoves(prompt)) return null;
  return (
    <div className="mt-3 flex flex-wrap items-center justify-between gap-x-4 border-l-2 border-accent pl-3 text-note">
      <p className="flex-1 basis-44 text-muted">{prompts.reworded}</p>
      <Button kind="quiet" className="-mr-1.5 sm:-mr-3" onClick={onLiteral}>
        {prompts.literally}
      </Button>
    </div>
  );
}
