"use client";

import type { RefObject } from "react";
import { useLazyMessages } from "@/components/lazy-messages";
import type { RunFact } from "@/lib/browser/generation/run-facts";
import type { MadeGeneration } from "@/lib/generation";

type PaneProps = {
  video: RefObject<HTMLVideoElement | null>;
  name: string;
  run: MadeGeneration;
  facts: readonly RunFact[];
};

/**
 * One of the two videos with its settings. Settings that both share are less prominent. On a phone, the parts of both
 * panes mix in one column, so that both videos are visible together.
 */
export function Pane({ video, name, run, facts }: PaneProps) {
  const words = useLazyMessages().sideBySide;
  return (
    <section aria-label={name} className="min-w-0 flex-col gap-3 max-sm:contents sm:flex">
      <div className="relative min-h-40 flex-1 overflow-hidden rounded-stage bg-stage max-sm:aspect-[3/2] max-sm:flex-none">
        <video
          ref={video}
          src={run.video.url}
          poster={run.poster}
          aria-label={name}
          muted
          playsInline
          preload="auto"
          className="absolute inset-0 size-full object-contain"
        />
      </div>
      <h3 className="order-2 -mb-2 text-note font-semibold sm:hidden">{name}</h3>
      <dl className="order-2 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-note">
        {facts.map(({ name, value, isSame }) => (
          <div key={name} className="col-span-2 grid grid-cols-subgrid">
            <dt className="text-muted">{name}</dt>
            <dd
              className={`[overflow-wrap:anywhere] ${isSame ? "text-muted" : "border-l-2 border-accent pl-2.5 font-medium"}`}
            >
              {!isSame && <span className="sr-only">{words.differs}</span>}
              {value}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
