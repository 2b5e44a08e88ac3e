"use client";

import { useMessages } from "@/components/messages";
import { formatClock } from "@/lib/format";
import type { LogLine } from "@/lib/progress";

type RunLogProps = { log: readonly LogLine[]; since: string };

/** What the upstream writes while it works, for who wants to know. */
export function RunLog({ log, since }: RunLogProps) {
  const { bar } = useMessages().generation;
  return (
    <ol
      aria-label={bar.log}
      className="mt-2 max-h-52 overflow-y-auto border-l border-line pl-3 font-mono text-xs leading-relaxed"
    >
      {log.map(({ at, message }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines are only ever added at the end.
        <li key={index} className="flex gap-3">
          <time dateTime={at} className="text-muted">
            {formatClock(Date.parse(at) - Date.parse(since))}
          </time>
          <span lang="en">{message}</span>
        </li>
      ))}
    </ol>
  );
}
