"use client";

import type { ReactNode } from "react";
import { useLazyMessages } from "@/components/lazy-messages";
import { nameField } from "@/lib/browser/generation/describe";
import type { Problem } from "@/lib/problems";

type ProblemCardProps = {
  problem: Problem;
  /** Said after the message: whether it cost money. */
  charge?: string;
  /** What the operator finds in the log, if the problem itself does not name it. */
  reference?: string;
  /** What to do about it; not read out with it, because a countdown changes every second. */
  children?: ReactNode;
};

/** What happened, to which field, whether it cost anything, and what to do now. */
export function ProblemCard({ problem, charge, reference, children }: ProblemCardProps) {
  const messages = useLazyMessages();
  const { title, message } = messages.problems[problem.code];
  const id = problem.requestId ?? reference;
  const field = problem.field && nameField(problem.field, messages);
  return (
    <div data-tall className="rounded-control border border-alarm-line bg-alarm p-4 sm:px-5">
      <div role="alert">
        {field && <p className="mb-1 text-xs text-muted">{field}</p>}
        <p className="text-field font-semibold">{title}</p>
        <p className="mt-1 text-muted">
          {problem.detail && (
            // The upstream writes English.
            <span lang="en">{endSentence(problem.detail)} </span>
          )}
          {joinSentences([message, charge])}
        </p>
      </div>
      {children && <div className="mt-3 flex flex-wrap gap-2 empty:hidden">{children}</div>}
      {id && (
        <p className="mt-2 text-xs text-muted" title={messages.generation.reference}>
          <code className="select-all break-all">{id}</code>
        </p>
      )}
    </div>
  );
}

// The upstream's own sentences often come without their full stop.
function endSentence(text: string): string {
  return /[.!?…。！？]$/.test(text) ? text : `${text}.`;
}

// A full-width stop brings its own gap.
function joinSentences(sentences: (string | undefined)[]): string {
  return sentences
    .filter(Boolean)
    .join(" ")
    .replaceAll(/(?<=[。！？]) /g, "");
}
