import { ANSWER_MARK } from "@/lib/api/answer-mark";
import { type Problem, type ProblemCode, problem } from "@/lib/problems";
import { fetchSmall } from "./fetch-within";
import { noteServerTime } from "./server-clock";

/** Something between this browser and the server answered instead of the server. */
export class StrangeAnswer extends Error {
  override name = "StrangeAnswer";
  readonly status: number;

  constructor(status: number) {
    super(`Something in between answered with ${status}`);
    this.status = status;
  }
}

/**
 * Calls this server and reads the whole answer. Throws `StrangeAnswer` if the answer does not come from the server itself,
 * `Silence` if nothing arrives for `silentMs` milliseconds, and what `fetch` throws.
 */
export async function ask(
  url: string,
  init: RequestInit = {},
  silentMs?: number,
  fetchIt: typeof fetchSmall = fetchSmall,
): Promise<Response> {
  return checkAnswer(() => fetchIt(url, init, silentMs));
}

/** As `ask`, for an endless answer. The caller reads the body and watches for silence. */
export async function askForStream(url: string, init: RequestInit): Promise<Response> {
  return checkAnswer(() => fetch(url, { cache: "no-store", ...init }));
}

async function checkAnswer(send: () => Promise<Response>): Promise<Response> {
  const startedAt = performance.now();
  const response = await send();
  const mark = response.headers.get(ANSWER_MARK);
  if (mark !== null) {
    noteServerTime(Number(mark), startedAt);
    return response;
  }
  void response.body?.cancel().catch(() => {});
  throw new StrangeAnswer(response.status);
}

const gatewayRefusals: Record<number, ProblemCode> = {
  401: "gateway_refused",
  403: "gateway_refused",
  407: "gateway_refused",
  413: "gateway_limit",
  511: "gateway_refused",
};

/** Says what answered instead of the server; `undefined` if nothing did. */
export function toGatewayProblem(error: unknown): Problem | undefined {
  return error instanceof StrangeAnswer ? toLineProblem(error) : undefined;
}

/** Says why a call got no answer from this server. */
export function toLineProblem(error: unknown): Problem {
  if (error instanceof StrangeAnswer)
    return problem(gatewayRefusals[error.status] ?? "gateway_answered");
  return problem(navigator.onLine ? "server_unreachable" : "offline");
}
