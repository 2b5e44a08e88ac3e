import type { ErrorOutcome } from "./request.ts";

/** fal's own answers when a request fails outside the model: the status, and whether a retry may help. */
export const requestErrors = {
  request_timeout: { status: 504, canRetry: true },
  startup_timeout: { status: 504, canRetry: true },
  runner_scheduling_failure: { status: 503, canRetry: true },
  runner_connection_timeout: { status: 503, canRetry: true },
  runner_disconnected: { status: 503, canRetry: true },
  runner_connection_refused: { status: 503, canRetry: true },
  runner_connection_error: { status: 503, canRetry: true },
  runner_incomplete_response: { status: 502, canRetry: true },
  runner_server_error: { status: 500, canRetry: true },
  client_disconnected: { status: 499, canRetry: false },
  client_cancelled: { status: 499, canRetry: false },
  bad_request: { status: 400, canRetry: false },
  internal_error: { status: 500, canRetry: false },
  concurrent_requests_limit: { status: 429, canRetry: true },
} as const;

export type RequestErrorType = keyof typeof requestErrors;

/** Thrown by the code that runs a model if the failure is not the model's. */
export class RequestError extends Error {
  override name = "RequestError";
  readonly type: RequestErrorType;

  constructor(type: RequestErrorType, message: string, options?: ErrorOptions) {
    super(message, options);
    this.type = type;
  }
}

export function toErrorOutcome(type: RequestErrorType, detail: string): ErrorOutcome {
  const { status } = requestErrors[type];
  return { kind: "error", httpStatus: status, body: { detail, error_type: type } };
}

export function startTimedOut(): ErrorOutcome {
  const outcome = toErrorOutcome("request_timeout", "Request timed out before it was started");
  return { ...outcome, timeoutType: "user" };
}

export function cancelledByClient(): ErrorOutcome {
  return toErrorOutcome("client_cancelled", "Request was cancelled by the client");
}

export function canRetry(type: string | undefined): boolean {
  return type !== undefined && type in requestErrors
    ? requestErrors[type as RequestErrorType].canRetry
    : false;
}
