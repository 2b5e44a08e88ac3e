import { z } from "zod";
import { toDetail } from "./model-error.ts";
import type { ErrorOutcome, FalRequest, Outcome } from "./request.ts";
import { type RequestErrorType, requestErrors } from "./request-error.ts";

/** The calls that a fault can affect. */
export const callKinds = [
  "submit",
  "run",
  "status",
  "stream",
  "result",
  "cancel",
  "upload",
  "file",
] as const;

export type CallKind = (typeof callKinds)[number];
export type ErrorAnswer = { status: number; body: unknown; headers: Record<string, string> };

/** What happens to one answer: another answer replaces it, or it arrives late, incomplete or not at all. */
export type AnswerEffect =
  | { kind: "answer"; answer: ErrorAnswer }
  /** The connection breaks before the call is handled, or after it was handled completely. */
  | { kind: "reset"; isHandled: boolean }
  | { kind: "malformed" }
  | { kind: "gzip" }
  | { kind: "cut" };

export type CallEffect = { call: CallKind; times: number; effect: AnswerEffect };
export type WebhookPlan = "normal" | "never" | "twice" | { lateMs: number };

/** Everything that a fault does, for the three places that act on it: the queue, the run and the answers. */
export type FaultPlan = {
  /** How long the request stays queued, and how many imaginary requests are ahead of it. */
  queueDelay?: { milliseconds: number; ahead: number };
  /** The request ends with this outcome, and nothing is rendered. */
  outcome?: Outcome;
  calls: CallEffect[];
  webhook: WebhookPlan;
};

type ErrorRow = {
  group: "model" | "request" | "gateway";
  status: number;
  /** What fal's tables say. The header has no "maybe": there, "maybe" means that a retry is advised. */
  retry: "yes" | "no" | "maybe";
  message: string;
  loc?: string[];
  ctx?: Record<string, unknown>;
  /** For errors of the gateway whose body is not `{"detail": message}`. */
  body?: unknown;
  headers?: Record<string, string>;
};

const tooMany = "Too many concurrent requests";
const image = ["image_url"];
const ofModel = (
  status: number,
  message: string,
  more: Partial<Pick<ErrorRow, "retry" | "loc" | "ctx">> = {},
): ErrorRow => ({
  group: "model",
  status,
  retry: status === 422 ? "no" : "maybe",
  message,
  ...more,
});
const ofGateway = (
  status: number,
  message: string,
  more: Partial<Pick<ErrorRow, "retry" | "body" | "headers">> = {},
): ErrorRow => ({
  group: "gateway",
  status,
  retry: status >= 500 ? "yes" : "no",
  message,
  ...more,
});

const requestErrorMessages: Record<RequestErrorType, string> = {
  request_timeout: "Request timed out",
  startup_timeout: "Runner did not start in time",
  runner_scheduling_failure: "No runner could be scheduled",
  runner_connection_timeout: "Connecting to the runner timed out",
  runner_disconnected: "The runner disconnected",
  runner_connection_refused: "The runner refused the connection",
  runner_connection_error: "The connection to the runner failed",
  runner_incomplete_response: "The runner's response was incomplete",
  runner_server_error: "The runner answered with a server error",
  client_disconnected: "The client disconnected",
  client_cancelled: "Request was cancelled by the client",
  bad_request: "Bad request",
  internal_error: "Internal server error",
  concurrent_requests_limit: tooMany,
};

/** Every error that fal documents or that was seen, with its status, body, headers and context. */
export const errors: Record<string, ErrorRow> = {
  internal_server_error: ofModel(500, "Internal server error"),
  generation_timeout: ofModel(504, "Generation timed out"),
  downstream_service_error: ofModel(400, "Downstream service error"),
  downstream_service_unavailable: ofModel(500, "Downstream service unavailable"),
  content_policy_violation: ofModel(
    422,
    "The content could not be processed because it contained material flagged by a content checker.",
    { loc: ["prompt"] },
  ),
  no_media_generated: ofModel(422, "No media was generated"),
  image_too_small: ofModel(422, "Image dimensions are too small", {
    loc: image,
    ctx: { min_height: 301, min_width: 301 },
  }),
  image_too_large: ofModel(422, "Image dimensions are too large", {
    loc: image,
    ctx: { max_height: 4096, max_width: 4096 },
  }),
  image_load_error: ofModel(422, "Failed to load the image", { loc: image }),
  file_download_error: ofModel(422, "Failed to download the file", { loc: image }),
  face_detection_error: ofModel(422, "Could not detect a face in the image", { loc: image }),
  file_too_large: ofModel(422, "File size exceeds the maximum", {
    loc: image,
    ctx: { max_size: 20 * 1024 * 1024 },
  }),
  greater_than: ofModel(422, "Input should be greater than 0", { ctx: { gt: 0 } }),
  greater_than_equal: ofModel(422, "Input should be greater than or equal to 1", {
    ctx: { ge: 1 },
  }),
  less_than: ofModel(422, "Input should be less than 100", { ctx: { lt: 100 } }),
  less_than_equal: ofModel(422, "Input should be less than or equal to 100", { ctx: { le: 100 } }),
  multiple_of: ofModel(422, "Input should be a multiple of 8", { ctx: { multiple_of: 8 } }),
  sequence_too_short: ofModel(422, "Sequence is too short", { ctx: { min_length: 1 } }),
  sequence_too_long: ofModel(422, "Sequence is too long", { ctx: { max_length: 4 } }),
  one_of: ofModel(422, "Input should be one of the expected values", {
    ctx: { expected: ["6", "10"] },
  }),
  feature_not_supported: ofModel(422, "Feature is not supported"),
  missing: ofModel(422, "Field required", { loc: image }),
  string_type: ofModel(422, "Input should be a valid string", { loc: ["prompt"] }),
  string_too_long: ofModel(422, "String should have at most 2000 characters", {
    loc: ["prompt"],
    ctx: { max_length: 2000 },
  }),
  bool_parsing: ofModel(422, "Input should be a valid boolean, unable to interpret input", {
    loc: ["prompt_optimizer"],
  }),
  literal_error: ofModel(422, "Input should be '6' or '10'", {
    loc: ["duration"],
    ctx: { expected: "'6' or '10'" },
  }),
  value_error: ofModel(422, "The image has an aspect ratio that isn't supported", { loc: image }),
  invalid_archive: ofModel(422, "The archive is invalid", {
    ctx: { supported_extensions: [".zip"] },
  }),
  archive_file_count_below_minimum: ofModel(422, "The archive has too few files", {
    ctx: { min_count: 4, supported_extensions: [".jpg", ".png"] },
  }),
  archive_file_count_exceeds_maximum: ofModel(422, "The archive has too many files", {
    ctx: { max_count: 100, supported_extensions: [".jpg", ".png"] },
  }),
  audio_duration_too_long: ofModel(422, "Audio is too long", { ctx: { max_duration: 60 } }),
  audio_duration_too_short: ofModel(422, "Audio is too short", { ctx: { min_duration: 1 } }),
  video_duration_too_long: ofModel(422, "Video is too long", { ctx: { max_duration: 60 } }),
  video_duration_too_short: ofModel(422, "Video is too short", { ctx: { min_duration: 1 } }),
  unsupported_audio_format: ofModel(422, "Unsupported audio format", {
    ctx: { supported_formats: ["mp3", "wav"] },
  }),
  unsupported_image_format: ofModel(422, "Unsupported image format", {
    loc: image,
    ctx: { supported_formats: ["jpg", "jpeg", "png", "webp"] },
  }),
  unsupported_video_format: ofModel(422, "Unsupported video format", {
    ctx: { supported_formats: ["mp4", "mov"] },
  }),

  ...Object.fromEntries(
    Object.entries(requestErrors).map(([type, { status, canRetry }]): [string, ErrorRow] => [
      type,
      {
        group: "request",
        status,
        retry: canRetry ? "yes" : "no",
        message: requestErrorMessages[type as RequestErrorType],
      },
    ]),
  ),

  missing_key: ofGateway(401, 'Cannot access application "fal-ai/minimax-video"'),
  invalid_key: ofGateway(401, "Invalid key credentials"),
  missing_authorization: ofGateway(401, "Authorization header is required"),
  user_locked: ofGateway(
    403,
    "User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing",
  ),
  application_not_found: ofGateway(404, 'Application "fal-ai/minimax-video" not found'),
  request_not_found: ofGateway(404, "", { body: { status: "NOT_FOUND" } }),
  user_start_timeout: ofGateway(504, "Request timed out before it was started", {
    retry: "no",
    body: { detail: "Request timed out before it was started", error_type: "request_timeout" },
    headers: { "x-fal-error-type": "request_timeout", "x-fal-request-timeout-type": "user" },
  }),
  "429": ofGateway(429, tooMany, { retry: "yes" }),
  "500": ofGateway(500, "Internal server error"),
  "502": ofGateway(502, "Bad gateway"),
  "503": ofGateway(503, "Service unavailable"),
  "504": ofGateway(504, "Gateway timeout"),
};

type Settings = z.infer<typeof settingsSchema>;

const count = z.coerce.number().int().min(1).max(10_000);
const milliseconds = z.coerce.number().int().min(0).max(86_400_000);
const settingsSchema = z.strictObject({
  /** The call that the fault affects. */
  call: z.enum(callKinds).optional(),
  times: count.optional(),
  ms: milliseconds.optional(),
  ahead: count.optional(),
  /** Whether the status of a failed request names the failure. */
  announce: z.enum(["yes", "no"]).optional(),
  /** The units that the failure is billed as: fal charges for a 422 that has used its machines. */
  units: z.coerce.number().min(0).max(10_000).optional(),
});

type Behaviour = { what: string; toPlan(settings: Settings): Partial<FaultPlan> };

const spoil =
  (effect: AnswerEffect, call: CallKind) =>
  ({ call: chosen = call, times = 1 }: Settings): Partial<FaultPlan> => ({
    calls: [{ call: chosen, times, effect }],
  });

// The address looks like any other, but there was never a video at it.
const goneVideo = {
  file: { id: "0".repeat(21), prefix: "0".repeat(8), name: "output.mp4" },
  type: "video/mp4",
  bytes: 0,
};

/** Faults that are not errors with a name. */
export const behaviours: Record<string, Behaviour> = {
  slow_start: {
    what: "stays IN_QUEUE at place 0 for `ms` (3000)",
    toPlan: ({ ms = 3000 }) => ({ queueDelay: { milliseconds: ms, ahead: 0 } }),
  },
  long_queue: {
    what: "stays IN_QUEUE behind `ahead` (5) others that aren't there, for `ms` (1000) each",
    toPlan: ({ ahead = 5, ms = 1000 }) => ({ queueDelay: { milliseconds: ahead * ms, ahead } }),
  },
  answer_lost: {
    what: "the call is carried out, and its connection is torn before the answer",
    toPlan: spoil({ kind: "reset", isHandled: true }, "submit"),
  },
  connection_reset: {
    what: "the connection is torn before the call is carried out",
    toPlan: spoil({ kind: "reset", isHandled: false }, "status"),
  },
  malformed_json: {
    what: "half of the answer, as if it were all",
    toPlan: spoil({ kind: "malformed" }, "result"),
  },
  gzip: {
    what: "the answer is compressed, whether that was asked for or not",
    toPlan: ({ call, times = Number.POSITIVE_INFINITY }) => ({
      calls: (call ? [call] : callKinds.filter((kind) => kind !== "file")).map((kind) => ({
        call: kind,
        times,
        effect: { kind: "gzip" },
      })),
    }),
  },
  cut: {
    what: "the connection is torn in the middle of the answer",
    toPlan: spoil({ kind: "cut" }, "stream"),
  },
  result_expired: {
    what: "the result is gone, though the status says COMPLETED",
    toPlan: () => ({
      calls: [
        {
          call: "result",
          times: Number.POSITIVE_INFINITY,
          effect: { kind: "answer", answer: toErrorAnswer("request_not_found") },
        },
      ],
    }),
  },
  video_gone: {
    what: "the video is gone, though the result names it",
    toPlan: () => ({ outcome: { kind: "ok", video: goneVideo } }),
  },
  webhook_never: { what: "no webhook is sent", toPlan: () => ({ webhook: "never" }) },
  webhook_twice: { what: "the webhook is sent twice", toPlan: () => ({ webhook: "twice" }) },
  webhook_late: {
    what: "the webhook is sent `ms` (5000) late",
    toPlan: ({ ms = 5000 }) => ({ webhook: { lateMs: ms } }),
  },
};

/** The caller's fault cannot be parsed. It is probably mistyped, so the caller gets an error that says so. */
export class FaultSyntaxError extends Error {
  override name = "FaultSyntaxError";
}

/** Parses `name; key=value; key=value`, or several of these separated by commas. Throws `FaultSyntaxError`. */
export function parseFault(text: string): FaultPlan {
  const plan: FaultPlan = { calls: [], webhook: "normal" };
  for (const one of text.split(",")) {
    const { calls = [], ...rest } = parseOne(one);
    Object.assign(plan, rest);
    plan.calls.push(...calls);
  }
  return plan;
}

export function planOf({ options }: Pick<FalRequest, "options">): FaultPlan | undefined {
  return options?.fault === undefined ? undefined : parseFault(options.fault);
}

export function webhookPlan(request: Pick<FalRequest, "options">): WebhookPlan {
  return planOf(request)?.webhook ?? "normal";
}

/** How long the fault keeps this request queued, and how many imaginary requests are ahead of it. */
export function queueDelayOf(request: FalRequest, now: Date) {
  const delay = planOf(request)?.queueDelay;
  if (!delay) return undefined;
  const left = Date.parse(request.submittedAt) + delay.milliseconds - now.getTime();
  if (left <= 0) return undefined;
  return { milliseconds: left, ahead: Math.ceil((delay.ahead * left) / delay.milliseconds) };
}

export function toErrorAnswer(name: string): ErrorAnswer {
  const { group, status, retry, message, loc = [], ctx, ...row } = requireError(name);
  const hint: Record<string, string> = { "x-fal-needs-retry": retry === "no" ? "0" : "1" };
  switch (group) {
    case "model": {
      const detail = [toDetail(name, loc, message, { ...(ctx && { ctx }) })];
      return { status, body: { detail }, headers: { ...hint, "x-fal-billable-units": "0" } };
    }
    case "request": {
      const body = { detail: message, error_type: name };
      return { status, body, headers: { ...hint, "x-fal-error-type": name } };
    }
    case "gateway":
      return {
        status,
        body: row.body ?? { detail: message },
        headers: { ...hint, ...row.headers },
      };
  }
}

function parseOne(text: string): Partial<FaultPlan> {
  const [name = "", ...pairs] = text.split(";").map((part) => part.trim());
  const settings = settingsSchema.safeParse(
    Object.fromEntries(pairs.filter(Boolean).map((pair) => pair.split("=", 2))),
  );
  if (!settings.success) {
    throw new FaultSyntaxError(`Fault ${name}: ${z.prettifyError(settings.error)}`);
  }
  const behaviour = Object.hasOwn(behaviours, name) ? behaviours[name] : undefined;
  if (behaviour) return behaviour.toPlan(settings.data);
  return toErrorPlan(name, settings.data);
}

// A model's error appears while the model runs, and a gateway's error before that. Both can be moved to any call.
function toErrorPlan(name: string, settings: Settings): Partial<FaultPlan> {
  const { call, times, announce, units } = settings;
  const { group, message } = requireError(name);
  const { status, body, headers } = toErrorAnswer(name);
  if (units !== undefined) headers["x-fal-billable-units"] = String(units);
  const isOutcome = group !== "gateway" || name === "user_start_timeout";
  if (call !== undefined || times !== undefined || !isOutcome) {
    const effect: AnswerEffect = { kind: "answer", answer: { status, body, headers } };
    const on: CallKind[] = call ? [call] : ["submit", "run"];
    return { calls: on.map((one) => ({ call: one, times: times ?? 1, effect })) };
  }
  const isAnnounced =
    announce === undefined ? group !== "model" || status >= 500 : announce === "yes";
  return {
    outcome: {
      kind: "error",
      httpStatus: status,
      body: body as ErrorOutcome["body"],
      headers,
      announced: isAnnounced
        ? { error: message, error_type: headers["x-fal-error-type"] ?? name }
        : null,
    },
  };
}

function requireError(name: string): ErrorRow {
  const row = Object.hasOwn(errors, name) ? errors[name] : undefined;
  if (!row) throw new FaultSyntaxError(`There is no fault called "${name}"`);
  return row;
}
