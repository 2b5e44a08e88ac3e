import type { ReactNode } from "react";
import { type Problem, problems } from "@/lib/problems";

type ProblemCardProps = {
  problem: Problem;
  /** Said after the message: whether it cost money. */
  charge?: string;
  children?: ReactNode;
};

/** What happened, whether it cost anything, and what to do now. */
export function ProblemCard({ problem, charge, children }: ProblemCardProps) {
  const { title, message } = problems[problem.code];
  return (
    <div role="alert" className="rounded-control border border-alarm-line bg-alarm p-4 sm:px-5">
      <p className="text-[15px] font-semibold">{title}</p>
      <p className="mt-1 text-muted">
        {[problem.detail && endSentence(problem.detail), message, charge].filter(Boolean).join(" ")}
      </p>
      {children && <div className="mt-3 flex flex-wrap gap-2">{children}</div>}
    </div>
  );
}

// The upstream's own sentences often come without their full stop.
function endSentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
