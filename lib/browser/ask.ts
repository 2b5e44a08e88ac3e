import { ANSWER_MARK } from "@/lib/answer-mark";
import { type Problem, type ProblemCode, problem } from "@/lib/problems";
import { noteServerTime } from "./server-clock";

/** Something between this browser and the server answered in the server's place. */
export class StrangeAnswer extends Error {
  override name = "StrangeAnswer";
  readonly status: number;

  constructor(status: number) {
    super(`Something in between answered ${status}`);
    this.status = status;
  }
}

/** Nothing came for so long that the connection is given up. */
export class Silence extends Error {
  override name = "Silence";
}

// The server itself waits 15 seconds for fal's word on a run.
const SILENT_MS = 20_000;

/**
 * Calls this server and reads the whole answer. Throws `StrangeAnswer` for whatever does not come from the server
 * itself, `Silence` when nothing comes for `silentMs`, and what `fetch` throws.
 */
export async function ask(
  url: string,
  init: RequestInit = {},
  silentMs = SILENT_MS,
): Promise<Response> {
  const startedAt = performance.now();
  const response = await fetchWhole(url, init, silentMs);
  const mark = response.headers.get(ANSWER_MARK);
  if (mark === null) throw new StrangeAnswer(response.status);
  noteServerTime(Number(mark), startedAt);
  return response;
}

/** As `fetch`, with the body read to its end. Throws `Silence` when nothing comes for `silentMs`. */
export async function fetchWhole(
  url: string,
  init: RequestInit = {},
  silentMs = SILENT_MS,
): Promise<Response> {
  const line = new AbortController();
  const signal = init.signal ? AbortSignal.any([init.signal, line.signal]) : line.signal;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const listen = () => {
    clearTimeout(timer);
    timer = setTimeout(() => line.abort(new Silence()), silentMs);
  };
  try {
    listen();
    const { body, status, headers } = await fetch(url, { ...init, signal });
    const parts: Uint8Array<ArrayBuffer>[] = [];
    const reader = body?.getReader();
    for (;;) {
      listen();
      const part = await reader?.read();
      if (!part?.value) break;
      parts.push(part.value);
    }
    // A 204 may have no body at all.
    return new Response(parts.length > 0 ? new Blob(parts) : null, { status, headers });
  } finally {
    clearTimeout(timer);
  }
}

const gatewayRefusals: Record<number, ProblemCode> = {
  401: "gateway_refused",
  403: "gateway_refused",
  407: "gateway_refused",
  413: "gateway_limit",
  511: "gateway_refused",
};

/** Why a call got no answer of this server's. */
export function toLineProblem(error: unknown): Problem {
  if (error instanceof StrangeAnswer)
    return problem(gatewayRefusals[error.status] ?? "gateway_answered");
  return problem(navigator.onLine ? "server_unreachable" : "offline");
}
