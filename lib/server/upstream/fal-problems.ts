import "server-only";
import { z } from "zod";
import { type Problem, type ProblemCode, problem, refusals } from "@/lib/problems";
import { readReason, toReason } from "./reason";

/** Reads from a result call how a run failed; `undefined` if the answer says nothing about the run. */
export type FalProblem = Problem | "cancelled" | undefined;

const inputProblems: Record<string, ProblemCode> = {
  content_policy_violation: "prompt_declined",
  image_too_small: "picture_too_small",
  image_load_error: "picture_unreadable",
  file_download_error: "picture_unreadable",
  unsupported_image_format: "picture_unreadable",
  file_too_large: "picture_too_heavy",
  string_too_long: "prompt_too_long",
  string_too_short: "prompt_empty",
};

const detailsSchema = z.object({
  detail: z.array(
    z.object({
      type: z.string(),
      msg: z.string(),
      loc: z.array(z.union([z.string(), z.number()])),
    }),
  ),
});
const requestErrorSchema = z.object({ error_type: z.string() });

/** Told by status and fal's own codes, never by the words of its message (reference, sections 3.1 to 3.4). */
export function toFalProblem(status: number, body: unknown): FalProblem {
  if (status === 499) return "cancelled";
  if (status === 404) return problem("result_gone");
  const details = detailsSchema.safeParse(body).data?.detail;
  if (status === 422) return toInputProblem(details?.[0]);
  // fal replays a stored failure with its own codes. An answer without them comes from a gateway in between.
  const isOfTheRun = details !== undefined || requestErrorSchema.safeParse(body).success;
  if (!isOfTheRun || status === 429) return undefined;
  if (status === 400)
    return problem("input_refused", { charged: "unknown", detail: readReason(body) });
  return problem("generation_failed");
}

type Detail = z.infer<typeof detailsSchema>["detail"][number];

function toInputProblem(detail: Detail | undefined): Problem {
  const code = inputProblems[detail?.type ?? ""] ?? "input_refused";
  const field = detail?.loc.findLast((part) => typeof part === "string" && part !== "body");
  return problem(code, {
    // fal may bill a 422 if the model had begun.
    charged: "unknown",
    ...(field !== undefined && { field: String(field) }),
    ...(code === "input_refused" && detail && { detail: toReason(detail.msg) }),
  });
}

/** Reads why the upstream refused a submit: from the status, and from the upstream's own message if there is one. */
export function toRefusal(status: number, body: unknown): Problem {
  const detail = readReason(body);
  return problem(refusals[status] ?? "input_refused", {
    charged: "no",
    ...(detail !== undefined && { detail }),
  });
}
