import "server-only";
import { z } from "zod";
import { AppError, type Problem } from "@/lib/problems";
import { withDeadline } from "../process/deadline";
import { toRefusal } from "./fal-problems";
import { forward, type Outgoing } from "./proxy";
import { readText } from "./read-text";
import type { Upstream } from "./target";

/** `answer` is the upstream's answer, for the fal client in the browser. */
export type SubmitOutcome =
  | { kind: "accepted"; requestId: string; answer: Record<string, unknown> }
  | { kind: "refused"; problem: Problem; answer: Response }
  /** fal may have accepted it. */
  | { kind: "lost"; cause: unknown };

const READ_WITHIN_MS = 10_000;
const MAX_ANSWER_BYTES = 256 * 1024;

const acceptedSchema = z.looseObject({ request_id: z.string().min(1).max(128) });

/** Sends a paid run, once. Throws `upstream_unavailable` if it was certainly not sent. */
export async function sendSubmit(
  model: string,
  upstream: Upstream,
  { webhook, ...outgoing }: Outgoing & { webhook?: string },
): Promise<SubmitOutcome> {
  const url = new URL(`https://queue.fal.run/${model}`);
  if (webhook) url.searchParams.set("fal_webhook", webhook);
  try {
    const answer = await forward({ kind: "submit", url, model }, upstream, outgoing);
    // No 5xx of fal says that the job was not accepted, and fal has no idempotency key.
    if (answer.status >= 500)
      return { kind: "lost", cause: new Error(`the upstream answered ${answer.status}`) };
    if (answer.status >= 300) return await readRefusal(answer);
    const text = await readAnswer(answer);
    const accepted = acceptedSchema.parse(JSON.parse(text));
    return { kind: "accepted", requestId: accepted.request_id, answer: accepted };
  } catch (error) {
    if (error instanceof AppError && error.code === "upstream_unavailable") throw error;
    return { kind: "lost", cause: error };
  }
}

/** Whether the status alone says that the run was refused. */
async function readRefusal(answer: Response): Promise<SubmitOutcome> {
  const { status, headers } = answer;
  const text = await readAnswer(answer).catch(() => "");
  return {
    kind: "refused",
    problem: toRefusal(status, parseJson(text)),
    answer: new Response(text, { status, headers }),
  };
}

function readAnswer(answer: Response): Promise<string> {
  const text = readText(answer, MAX_ANSWER_BYTES);
  return withDeadline(text, READ_WITHIN_MS, "the rest of the upstream's answer");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // This is a gateway's own page.
    return undefined;
  }
}
