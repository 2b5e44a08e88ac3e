"use client";

import { useMessages } from "@/components/messages";
import { Panel } from "@/components/ui/panel";
import type { LogLine } from "@/lib/browser/generation/progress";
import { formatClock } from "@/lib/messages/format";

type RunLogProps = { log: readonly LogLine[]; onClose: () => void };

/** What the upstream writes while it works, for who wants to know: its times are counted from its first line on. */
export function RunLog({ log, onClose }: RunLogProps) {
  const { bar } = useMessages().generation;
  return (
    <Panel title={bar.log} onClose={onClose}>
      <ol
        aria-label={bar.log}
        className="border-l border-line pl-3 font-mono text-xs leading-relaxed"
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
    </Panel>
  );
}
