import type { FileReference } from "./files.ts";

export type LogLine = {
  message: string;
  level: "INFO" | "WARN" | "ERROR";
  source: "USER";
  timestamp: string;
};

export type Outcome =
  | { kind: "ok"; video: { file: FileReference; type: string; bytes: number } }
  | { kind: "error"; httpStatus: number; body: { detail: unknown } }
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

export type FalRequest = {
  id: string;
  /** Counts submissions, so that the order survives a restart within one millisecond's ids. */
  sequence: number;
  endpoint: string;
  submittedAt: string;
  state: RequestState;
};

export type RequestEvent =
  | { type: "start"; at: string }
  | { type: "cancel"; at: string }
  | { type: "finish"; at: string; outcome: Outcome; logs: LogLine[] }
  | { type: "resume"; at: string };

/** The one place that decides how a request moves on; an event that comes too late changes nothing. */
export function transition(state: RequestState, event: RequestEvent): RequestState {
  switch (state.status) {
    case "queued":
      if (event.type === "start") {
        return { status: "running", startedAt: event.at, cancelRequested: false };
      }
      return event.type === "cancel" ? cancelled(event.at) : state;
    case "running":
      if (event.type === "cancel") return { ...state, cancelRequested: true };
      if (event.type === "resume") {
        return state.cancelRequested ? cancelled(event.at, state.startedAt) : { status: "queued" };
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

function cancelled(completedAt: string, startedAt?: string): RequestState {
  return { status: "completed", startedAt, completedAt, outcome: { kind: "cancelled" }, logs: [] };
}
