"use client";

import { type Ref, useId } from "react";
import { useMessages } from "@/components/messages";
import { summarizeModel } from "@/lib/browser/generation/describe";
import { formatUsd } from "@/lib/messages/format";
import type { Candidate } from "@/lib/models/comparison";

type CandidateRowProps = {
  ref?: Ref<HTMLInputElement>;
  candidate: Candidate;
  /** Absent where nothing costs. */
  usd: number | undefined;
  onChange: (isChosen: boolean) => void;
};

/** One model of the comparison, with what it can do and what it costs. */
export function CandidateRow({ ref, candidate, usd, onChange }: CandidateRowProps) {
  const messages = useMessages();
  const id = useId();
  const { offer, isChosen, canRun } = candidate;
  return (
    <li>
      <label
        className={`flex min-h-11 items-center gap-3 py-2 ${canRun ? "cursor-pointer" : "text-muted"}`}
      >
        <input
          ref={ref}
          type="checkbox"
          checked={isChosen && canRun}
          disabled={!canRun}
          aria-labelledby={`${id}-name`}
          aria-describedby={`${id}-facts ${id}-price`}
          onChange={(event) => onChange(event.target.checked)}
          className="size-4.5 shrink-0 accent-accent"
        />
        <span className="min-w-0 grow">
          <span id={`${id}-name`}>{offer.name}</span>
          <span id={`${id}-facts`} className="block text-note text-muted">
            {canRun ? summarizeModel(offer, messages) : messages.compare.needsPicture}
          </span>
        </span>
        <span id={`${id}-price`} className="text-xs tabular-nums">
          {usd !== undefined && formatUsd(usd)}
        </span>
      </label>
    </li>
  );
}
