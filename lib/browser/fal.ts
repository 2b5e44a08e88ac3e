import { ApiError, createFalClient, type QueueStatus } from "@fal-ai/client";
import { z } from "zod/mini";
import type { LogLine } from "@/lib/browser/progress";
import type { GenerationEvent, GenerationInput } from "@/lib/generation";
import { type Problem, type ProblemCode, problem, problems, refusals } from "@/lib/problems";
import { ask, toLineProblem } from "./ask";

// The only browser code that knows fal's names: the rest speaks of generations, events and problems.
export const proxyUrl = "/api/fal/proxy";

// The server gives fal a minute to take a run; a repeat of the same click waits a little longer for what became of it.
export const UPSTREAM_SILENT_MS = 90_000;

const fal = createFalClient({
  proxyUrl,
  fetch: (url, init) =>
    ask(String(url), init, init?.method === "GET" ? undefined : UPSTREAM_SILENT_MS),
});

// HTTP/1.1 gives a page six connections to its host: a status stream would hold one for each run, a poll none.
const POLL_EVERY_MS = 1000;

type SubmitReport = {
  event: GenerationEvent;
  /** The server's own id of it. */
  id?: string;
};

type Submitting = {
  key: string;
  /** An earlier page may have sent it. */
  isRepeat: boolean;
  onTrouble: (trouble: Problem | undefined) => void;
  /** Aborted when there is nothing more to ask. */
  signal: AbortSignal;
};

const acceptedSchema = z.object({
  request_id: z.string(),
  generation_id: z.optional(z.string()),
});

/**
 * Sends one paid run. The server knows the click by `key` and sends it on once: until an answer of the server's own
 * says what became of it, the same is asked again, and `onTrouble` is told meanwhile. `undefined` when it was aborted.
 */
export async function submit(
  model: string,
  input: GenerationInput,
  { key, isRepeat, onTrouble, signal }: Submitting,
): Promise<SubmitReport | undefined> {
  if (!isRepeat && !navigator.onLine)
    return { event: { type: "refused", problem: problem("offline") } };
  let mayBeSent = isRepeat;
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      const headers = { "x-idempotency-key": key };
      const answer = acceptedSchema.parse(await fal.queue.submit(model, { input, headers }));
      onTrouble(undefined);
      const event: GenerationEvent = { type: "accepted", requestId: answer.request_id };
      return { event, id: answer.generation_id };
    } catch (error) {
      const found = toProblem(error);
      const isOfTheClick =
        error instanceof ApiError &&
        !stillOpen.has(found.code) &&
        !(mayBeSent && ofThisCall.has(found.code));
      if (isOfTheClick) return { event: toOutcome(found) };
      mayBeSent ||= !(error instanceof ApiError);
      onTrouble(found);
      await untilWorthATry(waitAfter(attempt), signal);
    }
  }
  return undefined;
}

// The server says these before it looks for the click: they tell nothing of what became of an earlier call.
const ofThisCall = new Set<ProblemCode>([
  ...(["too_fast", "session_missing", "signed_out", "foreign_origin"] as const),
]);

// The server has not said what becomes of the click: it may have written it down, and will send it then.
const stillOpen = new Set<ProblemCode>(["storage_unavailable", "outcome_awaited"]);

// After these it may have been taken.
const unclear = new Set<ProblemCode>(["unconfirmed", "internal", "upstream_answer_broken"]);

function toOutcome(found: Problem): GenerationEvent {
  return unclear.has(found.code)
    ? { type: "answer-lost", problem: problem("unconfirmed") }
    : { type: "refused", problem: { ...found, charged: "no" } };
}

type Watcher = {
  onEvent: (event: GenerationEvent) => void;
  onLog: (log: LogLine[]) => void;
  /** Called when fal or this server can't be reached, and with `undefined` when it answers again. */
  onTrouble: (trouble: Problem | undefined) => void;
  signal: AbortSignal;
};

/**
 * Reports a request's place in line, start and log until it has ended; how it ended, the server's record says. Rides
 * out lost connections: the run goes on upstream.
 */
export async function watch(model: string, requestId: string, watcher: Watcher): Promise<void> {
  const { onEvent, onLog, onTrouble, signal } = watcher;
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      await fal.queue.subscribeToStatus(model, {
        requestId,
        logs: true,
        pollInterval: POLL_EVERY_MS,
        abortSignal: signal,
        onQueueUpdate(status) {
          attempt = 0;
          onTrouble(undefined);
          onLog(toLog(status));
          const event = toEvent(status);
          if (event) onEvent(event);
        },
      });
      return;
    } catch (error) {
      if (signal.aborted) return;
      const found = toProblem(error);
      // Unknown to the upstream: what that means, the record says.
      if (found.code === "model_unavailable") return;
      onTrouble(found);
      await untilWorthATry(waitAfter(attempt), signal);
    }
  }
}

export async function cancel(model: string, requestId: string): Promise<void> {
  try {
    await fal.queue.cancel(model, { requestId });
  } catch (error) {
    // 400 says that it had ended before: the watch brings the end.
    if (!(error instanceof ApiError) || error.status !== 400) throw error;
  }
}

/** What a failed call means, told by status and fal's own codes, never by the words of its message. */
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

function toEvent(status: QueueStatus): GenerationEvent | undefined {
  if (status.status === "IN_QUEUE") return { type: "in-line", position: status.queue_position };
  if (status.status === "IN_PROGRESS") return { type: "started" };
}

function toLog(status: QueueStatus): LogLine[] {
  const lines = "logs" in status ? status.logs : undefined;
  return (lines ?? []).map(({ timestamp, message }) => ({ at: timestamp, message }));
}

export function waitAfter(attempt: number): number {
  return Math.min(1000 * 2 ** attempt, 15_000);
}

/** Waits, or less when the browser says that it is online again. */
export function untilWorthATry(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    addEventListener("online", done);
    signal.addEventListener("abort", done);
  });
}
