import "server-only";
import { z } from "zod";
import type { GenerationEvent } from "@/lib/generation";
import { AppError, problem } from "@/lib/problems";
import { callUpstream } from "./departure";
import { type FalProblem, toFalProblem } from "./fal-problems";
import { toFalUrl } from "./files";
import { readText } from "./read-text";
import { type Run, runUrl } from "./run-url";
import { addressOf, type Upstream } from "./target";

/** The upstream's answer to a call about a run. */
export type RunAnswer = {
  status: number;
  body: unknown;
  /** Whether fal says that it charges nothing, because it refused the input before anything ran. */
  isUnbilled: boolean;
};

/** The content of a status. `ended` does not say how the run ended; only the result does. */
export type RunStatus =
  | { status: "queued"; position?: number }
  | { status: "running" }
  | { status: "ended" }
  | { status: "unknown" };

const ANSWER_WITHIN_MS = 15_000;
// A status contains the whole log of its run.
const MAX_ANSWER_BYTES = 4 * 1024 ** 2;

/** Asks for the status with its log. Throws the errors of `callUpstream`. */
export function askStatus(run: Run, upstream: Upstream): Promise<RunAnswer> {
  return ask("status", runUrl(run, "/status?logs=1"), upstream);
}

/** Passes the upstream's status on to a fal client. Throws `upstream_answer_broken` if the answer is no status. */
export function toStatusResponse(
  { requestId }: Run,
  { status, body }: RunAnswer,
  isLogWanted: boolean,
): Response {
  const read = z.looseObject({}).safeParse(body);
  if (!read.success) throw new AppError("upstream_answer_broken");
  const isOfRun = "status" in read.data;
  return Response.json(isOfRun && !isLogWanted ? { ...read.data, logs: null } : read.data, {
    status,
    headers: { "cache-control": "no-store", "x-fal-request-id": requestId },
  });
}

const statusSchema = z.discriminatedUnion("status", [
  z.object({ status: z.literal("IN_QUEUE"), queue_position: z.int().nonnegative().optional() }),
  z.object({ status: z.literal("IN_PROGRESS") }),
  z.object({ status: z.literal("COMPLETED") }),
]);

/** Returns `undefined` if the answer says nothing about the run, because the upstream is busy or refuses the key. */
export function readStatus({ status, body }: RunAnswer): RunStatus | undefined {
  if (status === 404) return { status: "unknown" };
  const read = statusSchema.safeParse(body);
  if (!read.success) return undefined;
  switch (read.data.status) {
    case "IN_QUEUE":
      return { status: "queued", position: read.data.queue_position };
    case "IN_PROGRESS":
      return { status: "running" };
    case "COMPLETED":
      return { status: "ended" };
  }
}

const resultSchema = z.object({
  video: z.object({
    url: z.url({ protocol: /^https?$/ }),
    content_type: z.string().nullish(),
    file_size: z.number().nonnegative().nullish(),
  }),
});

/** Returns what an answer means that says nothing about the run. */
export function toUnheard(status?: number): GenerationEvent {
  const isRefused = status === 401 || status === 403;
  return { type: "unheard", problem: problem(isRefused ? "result_key_refused" : "result_delayed") };
}

/** Asks how a run ended. Returns `unheard` if the upstream does not say it now. */
export async function readEnd(run: Run, upstream: Upstream): Promise<GenerationEvent> {
  const { status, body, isUnbilled } = await ask("result", runUrl(run), upstream);
  if (status >= 200 && status < 300) {
    if (body === undefined) return toUnheard();
    const read = resultSchema.safeParse(body);
    if (!read.success)
      return { type: "failed", problem: problem("generation_failed", { charged: "unknown" }) };
    const { url, content_type, file_size } = read.data.video;
    return {
      type: "succeeded",
      video: {
        url: toFalUrl(url, upstream),
        ...(content_type && { contentType: content_type }),
        ...(file_size && { bytes: file_size }),
      },
    };
  }
  const ended: FalProblem = toFalProblem(status, body);
  // A run that was cancelled in the queue may have begun between two of our checks.
  if (ended === "cancelled") return { type: "cancelled", charged: isUnbilled ? "no" : "unknown" };
  if (!ended) return toUnheard(status);
  return {
    type: "failed",
    problem: { ...ended, ...(isUnbilled && { charged: "no" as const }) },
  };
}

function ask(kind: "status" | "result", url: URL, upstream: Upstream): Promise<RunAnswer> {
  return callUpstream(kind, async () => {
    const response = await fetch(addressOf(url, upstream), {
      headers: { accept: "application/json", authorization: upstream.authorization },
      redirect: "error",
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    return {
      status: response.status,
      body: parseJson(await readText(response, MAX_ANSWER_BYTES)),
      isUnbilled: response.headers.get("x-fal-billable-units") === "0",
    };
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // This is a gateway's own page or half of an answer.
    return undefined;
  }
}
