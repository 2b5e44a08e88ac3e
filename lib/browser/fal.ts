import { ApiError, createFalClient, type QueueStatus } from "@fal-ai/client";
import type { GenerationEvent, GenerationInput, Video } from "@/lib/generation";
import { type Charged, type Problem, type ProblemCode, problem, problems } from "@/lib/problems";
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

/** Sends one paid run; the event says whether it was accepted, refused, or nobody knows. */
export async function submit(model: string, input: GenerationInput): Promise<GenerationEvent> {
  if (!navigator.onLine) return { type: "refused", problem: problem("offline") };
  try {
    const { request_id } = await fal.queue.submit(model, { input });
    return { type: "accepted", requestId: request_id };
  } catch (error) {
    if (!(error instanceof ApiError))
      return { type: "answer-lost", problem: problem("unconfirmed") };
    const found = toProblem(error);
    return found.code === "unconfirmed" || found.code === "internal"
      ? { type: "answer-lost", problem: problem("unconfirmed") }
      : { type: "refused", problem: { ...found, charged: "no" } };
  }
}

type Watcher = {
  onEvent: (event: GenerationEvent) => void;
  onLog: (log: LogLine[]) => void;
  /** Called when fal or this server can't be reached, and with `undefined` when it answers again. */
  onTrouble: (trouble: Problem | undefined) => void;
  signal: AbortSignal;
};

/** Reports what becomes of a request until it ends. Rides out lost connections: the run goes on upstream. */
export async function watch(model: string, requestId: string, watcher: Watcher): Promise<void> {
  const { onEvent, onLog, onTrouble, signal } = watcher;
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      const completed = await fal.queue.subscribeToStatus(model, {
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
      onEvent(isCancelled(completed) ? { type: "cancelled" } : await readResult(model, requestId));
      return;
    } catch (error) {
      if (signal.aborted) return;
      const found = toProblem(error);
      // An unknown request stays unknown; everything else may pass.
      if (found.code === "model_unavailable")
        return onEvent({ type: "failed", problem: problem("result_gone") });
      onTrouble(found);
      await untilWorthATry(Math.min(1000 * 2 ** attempt, 15_000), signal);
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
  if (!(error instanceof ApiError))
    return problem(navigator.onLine ? "server_unreachable" : "offline");
  const code = readErrorType(error.body);
  if (code && code in problems) return problem(code as ProblemCode);
  const byStatus: Record<number, ProblemCode> = {
    401: "key_refused",
    403: "account_locked",
    404: "model_unavailable",
    413: "body_too_large",
    422: "input_refused",
    429: "rate_limited",
    502: "upstream_answer_broken",
    503: "upstream_unavailable",
    504: "upstream_answer_broken",
  };
  return problem(byStatus[error.status] ?? (error.status >= 500 ? "internal" : "bad_request"));
}

// COMPLETED says only that it ended: whether well or badly, the result call alone decides.
async function readResult(model: string, requestId: string): Promise<GenerationEvent> {
  try {
    const { data } = await fal.queue.result(model, { requestId });
    const video = toVideo(data);
    return video
      ? { type: "succeeded", video }
      : { type: "failed", problem: problem("generation_failed") };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 499) return { type: "cancelled" };
    if (error.status === 404) return { type: "failed", problem: problem("result_gone") };
    if (error.status === 422) return { type: "failed", problem: toInputProblem(error.body) };
    const { code } = toProblem(error);
    if (
      code === "upstream_unavailable" ||
      code === "upstream_answer_broken" ||
      code === "rate_limited"
    )
      throw error;
    if (error.status >= 500) return { type: "failed", problem: problem("generation_failed") };
    throw error;
  }
}

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

function toInputProblem(body: unknown): Problem {
  const { detail } = (body ?? {}) as { detail?: unknown };
  const first = Array.isArray(detail)
    ? (detail[0] as { type?: unknown; loc?: unknown; msg?: unknown })
    : undefined;
  const code = inputProblems[String(first?.type)] ?? "input_refused";
  const field = Array.isArray(first?.loc) ? String(first.loc.at(-1)) : undefined;
  // fal may bill a 422 when the model had begun.
  const charged: Charged = "unknown";
  const said = code === "input_refused" && typeof first?.msg === "string" ? first.msg : undefined;
  return problem(code, { charged, field, detail: said });
}

function readErrorType(body: unknown): string | undefined {
  const { error_type } = (body ?? {}) as { error_type?: unknown };
  return typeof error_type === "string" ? error_type : undefined;
}

// fal's status says so for a request that was cancelled, and saves asking for a result that there is none of.
function isCancelled(completed: object): boolean {
  return "error_type" in completed && completed.error_type === "client_cancelled";
}

function toEvent(status: QueueStatus): GenerationEvent | undefined {
  if (status.status === "IN_QUEUE") return { type: "in-line", position: status.queue_position };
  if (status.status === "IN_PROGRESS") return { type: "started" };
}

function toLog(status: QueueStatus): LogLine[] {
  const lines = "logs" in status ? status.logs : undefined;
  return (lines ?? []).map(({ timestamp, message }) => ({ at: timestamp, message }));
}

function toVideo(data: unknown): Video | undefined {
  const { video } = (data ?? {}) as {
    video?: { url?: unknown; content_type?: unknown; file_size?: unknown };
  };
  if (typeof video?.url !== "string" || !/^https?:/.test(video.url)) return;
  return {
    url: video.url,
    contentType: typeof video.content_type === "string" ? video.content_type : undefined,
    bytes: typeof video.file_size === "number" ? video.file_size : undefined,
  };
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
    request.onload = () => resolve(new Response(request.responseText, { status: request.status }));
    request.onerror = () => reject(new TypeError("The upload broke off"));
    request.onabort = () => reject(signal.reason);
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(body);
  });
}

/** Waits, or less when the browser says that it is online again. */
function untilWorthATry(milliseconds: number, signal: AbortSignal): Promise<void> {
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
