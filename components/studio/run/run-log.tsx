"use client";

import { useMessages } from "@/components/messages";
import type { LogLine } from "@/lib/browser/generation/progress";
import { formatClock } from "@/lib/messages/format";

type RunLogProps = { log: readonly LogLine[] };

/** What the upstream writes while it works, for who wants to know: its times are counted from its first line on. */
export function RunLog({ log }: RunLogProps) {
  const { bar } = useMessages().generation;
  return (
    <ol
      data-tall
      aria-label={bar.log}
      className="mt-2 max-h-52 overflow-y-auto border-l border-line pl-3 font-mono text-xs leading-relaxed"
    >
      {log.map(({ at, message }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines are only ever added at the end.
        <li key={index} className="flex gap-3">
          <time dateTime={at} className="text-muted">
            {formatClock(Date.parse(at) - Date.parse(log[0]?.at ?? at))}
          </time>
          <span lang="en">{message}</span>
        </li>
      ))}
    </ol>
  );
}
