import type { Clock } from "./clock.ts";
import type { Job } from "./queue.ts";
import type { Outcome } from "./request.ts";
import { startTimedOut } from "./request-error.ts";
import { hasMissedStart } from "./retention.ts";

const MAX_ATTEMPTS = 10;

/** Repeats a run while the runner (not the model) fails, as often as the caller's options allow. */
export async function runAttempts(
  job: Job,
  clock: Clock,
  run: (job: Job, attempt: number) => Promise<Outcome>,
): Promise<Outcome> {
  const maxAttempts = job.request.options?.noRetry ? 1 : MAX_ATTEMPTS;
  for (let attempt = 1; ; attempt++) {
    const outcome = await run(job, attempt);
    if (attempt === maxAttempts || !isRunnerFailure(outcome)) return outcome;
    if (job.signal.aborted) return { kind: "cancelled" };
    if (hasMissedStart(job.request, clock.now())) return startTimedOut();
    job.log(`Attempt ${attempt} failed, trying again`, "WARN");
  }
}

// A 503 or 504 from the model itself is an answer. Only a failure between fal and the model is retried, and never one
// that the caller's own deadline caused.
function isRunnerFailure(outcome: Outcome): boolean {
  if (outcome.kind !== "error" || !outcome.body.error_type) return false;
  const { httpStatus, timeoutType, headers } = outcome;
  if (timeoutType || headers?.["x-fal-request-timeout-type"]) return false;
  return httpStatus === 503 || httpStatus === 504;
}
