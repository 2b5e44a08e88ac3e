import { ApiError } from "@fal-ai/client";
import { type Problem, type ProblemCode, problem, problems, refusals } from "@/lib/problems";
import { toLineProblem } from "../http/ask";

/** Converts the error of a call, by its status and by fal's codes, never by the words of its message. */
export function toProblem(error: unknown): Problem {
  if (!(error instanceof ApiError)) return toLineProblem(error);
  const { error_type: code, request_id: requestId } = readError(error.body);
  if (code && code in problems)
    return problem(code as ProblemCode, requestId === undefined ? {} : { requestId });
  const byStatus: Record<number, ProblemCode> = {
    ...refusals,
    502: "upstream_answer_broken",
    503: "upstream_unavailable",
    504: "upstream_answer_broken",
  };
  return problem(byStatus[error.status] ?? (error.status >= 500 ? "internal" : "bad_request"));
}

type OwnError = Record<"error_type" | "request_id", string | undefined>;

function readError(body: unknown): OwnError {
  const { error_type, request_id } = (body ?? {}) as Record<string, unknown>;
  const toText = (value: unknown) => (typeof value === "string" ? value : undefined);
  return { error_type: toText(error_type), request_id: toText(request_id) };
}
