import "server-only";
import { retryWhileUnavailable } from "../../database/retry";
import type { WebhookReport } from "../../upstream/webhook";
import { findRecord } from "../records/find";
import { setDueNow } from "../records/leases";
import { writeClaim } from "../records/update";
import type { StatusServices } from "./status";

// fal waits 15 seconds for the first answer and repeats the webhook after a failure.
const PATIENCE_MS = 500;

export type WebhookServices = Pick<StatusServices, "db" | "now" | "due" | "statusAnswers">;

/** The result: the watcher checks the run, or the webhook is about nothing that exists here. */
export type WebhookOutcome = "looked_into" | "unknown_generation" | "another_request";

/**
 * Handles a verified webhook: the watcher checks the run at once, even if the answer to its submit was lost. A webhook
 * about another run, or about a generation that does not exist here, changes nothing.
 */
export function handleWebhook(
  { db, now, due, statusAnswers }: WebhookServices,
  generationId: string,
  { requestIds, secondsOff }: WebhookReport,
): Promise<WebhookOutcome> {
  return retryWhileUnavailable(async () => {
    const record = await findRecord(db, generationId);
    if (!record) return "unknown_generation";
    const { status } = record.state;
    if (status === "submitting" || status === "unconfirmed")
      await writeClaim(db, generationId, requestIds, now());
    else if (record.requestId && requestIds.includes(record.requestId)) {
      // Anyone can replay an old webhook, so it does not drop the answer: the upstream is still asked once a second at most.
      if (secondsOff === undefined) statusAnswers.forget(generationId);
      await setDueNow(db, [generationId], now());
    } else return "another_request";
    due.raise("poll", now());
    return "looked_into";
  }, PATIENCE_MS);
}
