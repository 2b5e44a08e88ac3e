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
  /** What the status says of it; absent leaves that to the kind of failure, null says nothing. */
  announced?: { error: string; error_type: string } | null;
  headers?: Record<string, string>;
};

export type Outcome =
  | {
      kind: "ok";
      video: { file: FileReference; type: string; bytes: number };
      /** What it is charged as, in units of the model's price; absent in older records means 1. */
      billableUnits?: number;
      /** Why a webhook can't carry the output. */
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

/** What a caller asks for beside the input; what is absent is fal's default. */
export type RequestOptions = {
  priority?: "normal" | "low";
  startBy?: string;
  noRetry?: boolean;
  storesPayloads?: boolean;
  /** How long its outputs are kept, as the caller's header says. */
  lifecycle?: string;
  /** A webhook's payload names files, and nobody's request tells then where this fal is reached. */
  webhook?: { url: string; base: string };
  /** Its caller waits on the line (fal.run): nobody asks for it after a restart. */
  isDirect?: boolean;
  /** A failure that was asked for, as `faults.ts` reads it. */
  fault?: string;
};

export type FalRequest = {
  id: string;
  /** Counts submissions, so that the order survives a restart within one millisecond's ids. */
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

/** The one place that decides how a request moves on; an event that comes too late changes nothing. */
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
