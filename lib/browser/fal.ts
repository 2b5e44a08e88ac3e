import { ApiError, createFalClient, type QueueStatus } from "@fal-ai/client";
import type { GenerationEvent, GenerationInput } from "@/lib/generation";
import { type Problem, type ProblemCode, problem, problems, refusals } from "@/lib/problems";
import type { LogLine } from "@/lib/progress";

// The only browser code that knows fal's names: the rest speaks of generations, events and problems.
const proxyUrl = "/api/fal/proxy";
const fal = createFalClient({ proxyUrl });

// HTTP/1.1 gives a page six connections to its host: a status stream would hold one for each run, a poll none.
const POLL_EVERY_MS = 1000;

/** Uploads through fal's storage and returns the address to send as `image_url`. `onProgress` gets 0 to 1. */
export function uploadPicture(
  picture: File,
  { onProgress, signal }: { onProgress: (fraction: number) => void; signal: AbortSignal },
): Promise<string> {
  const send: typeof fetch = (url, init) =>
    init?.method === "PUT" && init.body instanceof Blob
      ? putWithProgress(String(url), init.body, onProgress, signal)
      : fetch(url, { ...init, signal });
  return createFalClient({ proxyUrl, fetch: send }).storage.upload(picture);
}

type SubmitReport = {
  event: GenerationEvent;
  /** The server's own id of it. */
  id?: string;
};

/**
 * Sends one paid run. The server knows the click by `key` and sends it on once: when no answer comes back, the same
 * is asked again until one does, and `onTrouble` is told meanwhile.
 */
export async function submit(
  model: string,
  input: GenerationInput,
  { key, onTrouble }: { key: string; onTrouble: (trouble: Problem | undefined) => void },
): Promise<SubmitReport> {
  if (!navigator.onLine) return { event: { type: "refused", problem: problem("offline") } };
  const never = new AbortController().signal;
  for (let attempt = 0; ; attempt++) {
    try {
      const headers = { "x-idempotency-key": key };
      const answer = await fal.queue.submit(model, { input, headers });
      onTrouble(undefined);
      const { generation_id: id } = answer as { generation_id?: unknown };
      const event: GenerationEvent = { type: "accepted", requestId: answer.request_id };
      return typeof id === "string" ? { event, id } : { event };
    } catch (error) {
      const found = toProblem(error);
      if (error instanceof ApiError) return { event: toOutcome(found) };
      onTrouble(found);
      await untilWorthATry(waitAfter(attempt), never);
    }
  }
}

function toOutcome(found: Problem): GenerationEvent {
  return found.code === "unconfirmed" || found.code === "internal"
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

/** Why a picture was not uploaded: what this server or fal says of it, else that the line broke. */
export function toUploadProblem(error: unknown): Problem {
  if (!navigator.onLine) return problem("offline");
  const found = error instanceof ApiError ? toProblem(error) : undefined;
  return found && found.charged === "no" && found.code !== "input_refused"
    ? found
    : problem("upload_failed");
}

/** What a failed call means, told by status and fal's own codes, never by the words of its message. */
export function toProblem(error: unknown): Problem {
  if (!(error instanceof ApiError))
    return problem(navigator.onLine ? "server_unreachable" : "offline");
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

function waitAfter(attempt: number): number {
  return Math.min(1000 * 2 ** attempt, 15_000);
}

// fetch tells nothing of a request body's progress; XMLHttpRequest does.
function putWithProgress(
  url: string,
  body: Blob,
  onProgress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", url);
    request.setRequestHeader("Content-Type", body.type || "application/octet-stream");
    request.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0);
    request.onload = () => {
      // What a file host says of its own address is no word of fal on the account.
      if (request.status >= 400) reject(new TypeError(`The upload was answered ${request.status}`));
      else resolve(new Response(request.responseText, { status: request.status }));
    };
    request.onerror = () => reject(new TypeError("The upload broke off"));
    request.onabort = () => reject(signal.reason);
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(body);
  });
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
