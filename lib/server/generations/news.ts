import "server-only";
import { withPatience } from "../database/patience";
import type { Services } from "../services";
import type { WebhookNews } from "../upstream/webhook";
import { hasten } from "./leases";
import { findRecord, writeClaim } from "./records";

// fal waits 15 seconds for the first answer and comes again after a failure.
const PATIENCE_MS = 500;

/**
 * Takes a genuine webhook's news: the watcher looks at once, also for one whose submit was lost. What it says of
 * another run, or of a generation that is not here, changes nothing.
 */
export function takeNews(
  { db, now, wake, statusAnswers }: Services,
  generationId: string,
  { requestIds }: WebhookNews,
): Promise<void> {
  return withPatience(async () => {
    const record = await findRecord(db, generationId);
    if (!record) return;
    const { status } = record.state;
    if (status === "submitting" || status === "unconfirmed")
      await writeClaim(db, generationId, requestIds, now());
    else if (record.requestId && requestIds.includes(record.requestId)) {
      statusAnswers.forget(generationId);
      await hasten(db, generationId, now());
    }
    wake();
  }, PATIENCE_MS);
}
