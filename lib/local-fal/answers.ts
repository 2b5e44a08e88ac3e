import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { publicBase, toFileUrl, toRequestUrls } from "./address.ts";
import type { ModelError } from "./model-error.ts";
import type { Snapshot } from "./queue.ts";
import type { ErrorOutcome, FalRequest, Outcome } from "./request.ts";
import { cancelledByClient, canRetry, type RequestError, toErrorOutcome } from "./request-error.ts";

type CompletedOutcome = Exclude<Outcome, { kind: "cancelled" }>;

export function toStatus(c: Context, { request, position }: Snapshot, logs: Snapshot["logs"]) {
  const { state } = request;
  const common = {
    request_id: request.id,
    ...toRequestUrls(publicBase(c), request),
    logs: c.req.query("logs") === "1" || c.req.query("logs") === "true" ? logs : null,
  };
  switch (state.status) {
    case "queued":
      return { status: "IN_QUEUE", ...common, logs: null, queue_position: position, metrics: {} };
    case "running":
      return { status: "IN_PROGRESS", ...common, metrics: {} };
    case "completed": {
      const { startedAt, completedAt, outcome } = state;
      const seconds = startedAt ? (Date.parse(completedAt) - Date.parse(startedAt)) / 1000 : null;
      return {
        status: "COMPLETED",
        ...common,
        metrics: { inference_time: seconds },
        ...describeFailure(outcome),
      };
    }
  }
}

/** Returns the model's output, or the status and the body that the model failed with. */
export function toResult(outcome: Outcome, base: string) {
  const final = settleCancel(outcome);
  if (final.kind === "error") return { status: final.httpStatus, body: final.body };
  const { file, type, bytes } = final.video;
  const url = toFileUrl(base, file);
  const video = { url, content_type: type, file_name: file.name, file_size: bytes };
  return { status: 200, body: { video } };
}

export function answerResult(c: Context, { state }: FalRequest): Response {
  if (state.status !== "completed") return c.json({ detail: "Request is still in progress" }, 400);
  const outcome = settleCancel(state.outcome);
  if (outcome.kind === "error") return answerError(c, outcome);
  c.header("x-fal-billable-units", String(outcome.billableUnits ?? 1));
  return c.json(toResult(outcome, publicBase(c)).body);
}

export function answerRequestError(c: Context, { type, message }: RequestError): Response {
  return answerError(c, toErrorOutcome(type, message));
}

export function answerModelError(c: Context, { httpStatus, detail }: ModelError): Response {
  return answerError(c, { kind: "error", httpStatus, body: { detail } });
}

export function answerError(c: Context, outcome: ErrorOutcome): Response {
  const { httpStatus, body, timeoutType, headers = {} } = outcome;
  const type = body.error_type;
  c.header("x-fal-billable-units", "0");
  // For the model's other failures fal says "maybe", which gives the client no hint, so the header is left out.
  if (type) c.header("x-fal-needs-retry", canRetry(type) ? "1" : "0");
  else if (httpStatus === 422) c.header("x-fal-needs-retry", "0");
  if (type) c.header("x-fal-error-type", type);
  if (timeoutType) c.header("x-fal-request-timeout-type", timeoutType);
  for (const [name, value] of Object.entries(headers)) c.header(name, value);
  return c.json(body, httpStatus as ContentfulStatusCode); // Hono's list of statuses lacks 499
}

// The status names a failure of fal itself, but not a 422 of the model: a caller learns of that one only from the
// result.
function describeFailure(outcome: Outcome) {
  const final = settleCancel(outcome);
  if (final.kind !== "error") return {};
  if (final.announced !== undefined) return final.announced ?? {};
  const { detail, error_type: type } = final.body;
  if (type) return { error: detail, error_type: type };
  return final.httpStatus >= 500
    ? { error: "The model failed unexpectedly", error_type: "internal_server_error" }
    : {};
}

function settleCancel(outcome: Outcome): CompletedOutcome {
  return outcome.kind === "cancelled" ? cancelledByClient() : outcome;
}
