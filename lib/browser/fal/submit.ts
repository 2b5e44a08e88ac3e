import { ApiError } from "@fal-ai/client";
import { z } from "zod/mini";
import type { GenerationEvent, GenerationInput } from "@/lib/generation";
import { type Problem, type ProblemCode, problem } from "@/lib/problems";
import { ask } from "../http/ask";
import { fal } from "./client";
import { toProblem } from "./problem";
import { untilWorthATry, waitAfter } from "./retry";

const SILENT_MS = 5_000;

type SubmitReport = {
  event: GenerationEvent;
  /** The server's id of the generation. */
  id?: string;
};

type Submitting = {
  key: string;
  /** Whether an earlier page may have sent it. */
  isRepeat: boolean;
  onTrouble: (trouble: Problem | undefined) => void;
  /** Aborts when nobody needs the outcome any more. */
  signal: AbortSignal;
};

const acceptedSchema = z.object({
  request_id: z.string(),
  generation_id: z.optional(z.string()),
});

/**
 * Sends one paid run. The server identifies the click by `key` and sends it upstream once, so this repeats the call until the
 * server itself answers what became of the click. Calls `onTrouble` meanwhile. Returns `undefined` if it was aborted.
 */
export async function submit(
  model: string,
  input: GenerationInput,
  { key, isRepeat, onTrouble, signal }: Submitting,
): Promise<SubmitReport | undefined> {
  if (!isRepeat && !navigator.onLine && !(await isServerThere(signal)))
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

/** A server on this computer answers without any network. A question that may be lost decides it, not the paid call. */
function isServerThere(signal: AbortSignal): Promise<boolean> {
  return ask("/api/health", { signal }, SILENT_MS).then(
    () => true,
    () => false,
  );
}

// The server answers these before it reads the record of the click, so they say nothing about an earlier call.
const ofThisCall = new Set<ProblemCode>([
  ...(["too_fast", "session_missing", "signed_out", "foreign_origin"] as const),
]);

// After these answers the outcome is open: the server may have recorded the click and will send it then.
const stillOpen = new Set<ProblemCode>(["storage_unavailable", "outcome_awaited"]);

// After these problems the upstream may have accepted the run.
const unclear = new Set<ProblemCode>(["unconfirmed", "internal", "upstream_answer_broken"]);

function toOutcome(found: Problem): GenerationEvent {
  return unclear.has(found.code)
    ? { type: "answer-lost", problem: problem("unconfirmed") }
    : { type: "refused", problem: { ...found, charged: "no" } };
}
