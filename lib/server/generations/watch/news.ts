import "server-only";
import { withPatience } from "../../database/patience";
import type { WebhookNews } from "../../upstream/webhook";
import { hasten } from "../records/leases";
import { findRecord, writeClaim } from "../records/records";
import type { StatusServices } from "./status";

// fal waits 15 seconds for the first answer and comes again after a failure.
const PATIENCE_MS = 500;

export type NewsServices = Pick<StatusServices, "db" | "now" | "due" | "statusAnswers">;

/** What came of it: the watcher looks, or there is nothing here that it is about. */
export type NewsOutcome = "looked_into" | "unknown_generation" | "another_request";

/**
 * Takes a genuine webhook's news: the watcher looks at once, also for one whose submit was lost. What it says of
 * another run, or of a generation that is not here, changes nothing.
 */
export function takeNews(
  { db, now, due, statusAnswers }: NewsServices,
  generationId: string,
  { requestIds, secondsOff }: WebhookNews,
): Promise<NewsOutcome> {
  return withPatience(async () => {
    const record = await findRecord(db, generationId);
    if (!record) return "unknown_generation";
    const { status } = record.state;
    if (status === "submitting" || status === "unconfirmed")
      await writeClaim(db, generationId, requestIds, now());
    else if (record.requestId && requestIds.includes(record.requestId)) {
      // An old one can be sent again and again: then the upstream is still asked once a second at most.
      if (secondsOff === undefined) statusAnswers.forget(generationId);
      await hasten(db, generationId, now());
    } else return "another_request";
    due.raise();
    return "looked_into";
  }, PATIENCE_MS);
}
