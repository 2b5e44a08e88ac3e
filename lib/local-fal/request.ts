import type { FileReference } from "./files.ts";

export type LogLine = {
  message: string;
  level: "INFO" | "WARN" | "ERROR";
  source: "USER";
  timestamp: string;
};

export type ErrorOutcome = {
  kind: "error";
  httpStatus: number;
  body: { detail: unknown; error_type?: string };
  timeoutType?: "user";
  /** The failure that the status reports. If absent, the kind of failure decides; null reports none. */
  announced?: { error: string; error_type: string } | null;
  headers?: Record<string, string>;
};

export type Outcome =
  | {
      kind: "ok";
      video: { file: FileReference; type: string; bytes: number };
      /** The billed amount in units of the model's price. If absent, as in older records, it is 1. */
      billableUnits?: number;
      /** The reason why a webhook cannot carry the output. */
      payloadError?: string;
    }
  | ErrorOutcome
  | { kind: "cancelled" };

export type RequestState =
  | { status: "queued" }
  | { status: "running"; startedAt: string; cancelRequested: boolean }
  | {
      status: "completed";
      startedAt?: string;
      completedAt: string;
      outcome: Outcome;
      logs: LogLine[];
    };

/** What a caller specifies beside the input. fal's default applies to what is absent. */
export type RequestOptions = {
  priority?: "normal" | "low";
  startBy?: string;
  noRetry?: boolean;
  storesPayloads?: boolean;
  /** How long the outputs are stored: the value of the caller's header. */
  lifecycle?: string;
  /**
   * `base` is stored because a webhook names files, and no incoming request then shows the address of this local fal.
   */
  webhook?: { url: string; base: string };
  /** The caller waits for the answer (fal.run), so nobody asks for the request after a restart. */
  isDirect?: boolean;
  /** A failure that the caller asked for, in the syntax of `faults.ts`. */
  fault?: string;
};

export type FalRequest = {
  id: string;
  /** Counts submissions, so that their order survives a restart even within one millisecond. */
  sequence: number;
  endpoint: string;
  submittedAt: string;
  options?: RequestOptions;
  state: RequestState;
};

export type RequestEvent =
  | { type: "start"; at: string }
  | { type: "cancel"; at: string }
  | { type: "give-up"; at: string; outcome: Outcome }
  | { type: "finish"; at: string; outcome: Outcome; logs: LogLine[] }
  | { type: "resume"; at: string };

/** The only function that decides how a request changes state. An event that comes too late changes nothing. */
export function transition(state: RequestState, event: RequestEvent): RequestState {
  switch (state.status) {
    case "queued":
      if (event.type === "start") {
        return { status: "running", startedAt: event.at, cancelRequested: false };
      }
      if (event.type === "give-up") return endUnstarted(event.at, event.outcome);
      return event.type === "cancel" ? endUnstarted(event.at, { kind: "cancelled" }) : state;
    case "running":
      if (event.type === "cancel") return { ...state, cancelRequested: true };
      if (event.type === "resume") {
        return state.cancelRequested
          ? { ...endUnstarted(event.at, { kind: "cancelled" }), startedAt: state.startedAt }
          : { status: "queued" };
      }
      if (event.type === "finish") {
        const { at: completedAt, outcome, logs } = event;
        return { status: "completed", startedAt: state.startedAt, completedAt, outcome, logs };
      }
      return state;
    case "completed":
      return state;
  }
}

function endUnstarted(completedAt: string, outcome: Outcome) {
  return { status: "completed", completedAt, outcome, logs: [] } satisfies RequestState;
}
