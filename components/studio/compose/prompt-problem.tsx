"use client";

import { useLazyMessages } from "@/components/lazy-messages";
import { filled } from "@/components/ui/filled";
import type { Problem } from "@/lib/problems";

/** What is wrong with the prompt, under it. */
export function PromptProblem({ id, problem }: { id: string; problem: Problem }) {
  const { common, problems } = useLazyMessages();
  const { title, message } = problems[problem.code];
  return (
    <p id={id} role="alert" className="mt-2 text-note">
      {filled(common.titled, {
        title: <span className="font-semibold">{title}</span>,
        rest: message,
      })}
    </p>
  );
}
