"use client";

import { type ReactNode, useState } from "react";
import { useMessages } from "@/components/messages";

type StatusBarProps = {
  /** In few words; read out when it changes. */
  state: string;
  /** What changes every second or says more: seen, not read out. */
  detail?: string;
  children?: ReactNode;
};

/** What is longer may not fit in two lines beside the buttons. */
const LONG_LETTERS = 70;

/** One line under the stage: the state, what to expect, and the actions that fit. */
export function StatusBar({ state, detail = "", children }: StatusBarProps) {
  const { stage } = useMessages().studio;
  const [isWhole, setIsWhole] = useState(false);
  const isLong = detail.length > LONG_LETTERS;
  return (
    <div className="mt-3 flex min-h-11 flex-wrap items-center justify-between gap-x-6 gap-y-2 max-lg:mt-2 max-lg:gap-y-1">
      <div className="flex min-w-0 flex-1 basis-52 items-center gap-1">
        <p
          // The keyboard scrolls a text that is longer than its place.
          tabIndex={isLong && isWhole ? 0 : undefined}
          className={`min-w-0 [overflow-wrap:anywhere] ${isLong && isWhole ? "max-h-32 overflow-y-auto" : "line-clamp-2"}`}
          title={detail}
        >
          <span role="status" className="font-semibold">
            {state}
          </span>
          {detail && <span className="ml-2.5 text-muted tabular-nums">{detail}</span>}
        </p>
        {isLong && (
          <button
            type="button"
            aria-label={stage.whole}
            aria-expanded={isWhole}
            onClick={() => setIsWhole(!isWhole)}
            className="size-11 shrink-0 rounded-control text-muted hover:text-ink aria-expanded:rotate-180"
          >
            <span aria-hidden="true">▾</span>
          </button>
        )}
      </div>
      {children && (
        <div className="flex gap-2 max-lg:-mx-1 max-lg:overflow-x-auto max-lg:p-1 max-lg:whitespace-nowrap lg:flex-wrap">
          {children}
        </div>
      )}
    </div>
  );
}
