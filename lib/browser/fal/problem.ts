import { ApiError } from "@fal-ai/client";
import { type Problem, type ProblemCode, problem, problems, refusals } from "@/lib/problems";
import { toLineProblem } from "../http/ask";

/** Converts the error of a call, by its status and by fal's codes, never by the words of its message. */
export function toProblem(error: unknown): Problem {
  if (!(error instanceof ApiError)) return toLineProblem(error);
  const code = readErrorType(error.body);
  if (code && code in problems) return problem(code as ProblemCode);
  const byStatus: Record<number, ProblemCode> = {
    ...refusals,
    502: "upstream_answer_broken",
    503: "upstream_unavailable",
    504: "upstream_answer_broken",
  };
  return problem(byStatus[error.status] ?? (error.status >= 500 ? "internal" : "bad_request"));
}

function readErrorType(body: unknown): string | undefined {
  const { error_type } = (body ?? {}) as { error_type?: unknown };
  return typeof error_type === "string" ? error_type : undefined;
}
