import "server-only";
import type { CoalescedAnswers } from "../../process/coalesced-answers";
import { askStatus, type RunAnswer, type RunStatus, readStatus } from "../../upstream/runs";
import type { Upstream } from "../../upstream/target";
import { setDueNow } from "../records/leases";
import type { GenerationRecord } from "../records/record";
import { type ReportServices, report } from "../records/report";
import { upstreamOf } from "../records/upstream-of";

export type StatusServices = ReportServices & {
  upstream: Upstream;
  /** By generation. */
  statusAnswers: CoalescedAnswers<RunAnswer>;
};

export type AcceptedRecord = GenerationRecord & { requestId: string };

/** Returns the upstream's answer about a run, at most a second old, and records it if the state has changed. */
export function askRunStatus(services: StatusServices, record: AcceptedRecord): Promise<RunAnswer> {
  return services.statusAnswers.coalesce(record.id, async () => {
    const answer = await askStatus(record, await upstreamOf(services, record));
    await recordStatus(services, record, readStatus(answer));
    return answer;
  });
}

/** Records the upstream's answer about a run, if the state has changed. */
export async function recordStatus(
  services: ReportServices,
  { id, state }: AcceptedRecord,
  read: RunStatus | undefined,
): Promise<void> {
  switch (read?.status) {
    case "queued":
      await report(services, id, { type: "in-line", position: read.position });
      return;
    case "running":
      await report(services, id, { type: "started" });
      return;
    case "ended":
      // A browser asked before the watcher did, so the watcher reads the result now instead of at its next turn.
      if (state.status !== "queued" && state.status !== "running") return;
      await scheduleCheckNow(services, id);
  }
}

/** Makes the watcher check at once, because something is known to have happened. */
export async function scheduleCheckNow(
  { db, now, due }: Pick<ReportServices, "db" | "now" | "due">,
  id: string,
): Promise<void> {
  await setDueNow(db, id, now());
  due.raise();
}
