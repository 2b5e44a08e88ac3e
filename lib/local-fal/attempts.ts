import type { Clock } from "./clock.ts";
import type { Job } from "./queue.ts";
import type { Outcome } from "./request.ts";
import { startTimedOut } from "./request-error.ts";
import { hasMissedStart } from "./retention.ts";

const MAX_ATTEMPTS = 10;

/** Runs a request again while it is the runner that fails, as long as its caller lets it. */
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

// A model's own 503 or 504 is an answer; only what broke between fal and the model is tried again, and not
// the deadline that the caller has set.
function isRunnerFailure(outcome: Outcome): boolean {
  if (outcome.kind !== "error" || !outcome.body.error_type) return false;
  const { httpStatus, timeoutType, headers } = outcome;
  if (timeoutType || headers?.["x-fal-request-timeout-type"]) return false;
  return httpStatus === 503 || httpStatus === 504;
}
