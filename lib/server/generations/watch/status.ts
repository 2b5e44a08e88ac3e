import "server-only";
import type { SharedAnswers } from "../../shared-answers";
import { askStatus, type RunAnswer, type RunStatus, readStatus } from "../../upstream/runs";
import type { Upstream } from "../../upstream/target";
import { hasten } from "../records/leases";
import type { GenerationRecord } from "../records/records";
import { type ReportServices, report } from "../records/report";
import { upstreamOf } from "../records/upstream-of";

export type StatusServices = ReportServices & {
  upstream: Upstream;
  /** By generation. */
  statusAnswers: SharedAnswers<RunAnswer>;
};

export type AcceptedRecord = GenerationRecord & { requestId: string };

/** What the upstream says of a run, at most a second old, and written down if it is news. */
export function askRunStatus(services: StatusServices, record: AcceptedRecord): Promise<RunAnswer> {
  return services.statusAnswers.share(record.id, async () => {
    const answer = await askStatus(record, await upstreamOf(services, record));
    await takeDown(services, record, readStatus(answer));
    return answer;
  });
}

/** Writes down what the upstream said of a run, if it is news. */
export async function takeDown(
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
      // A tab saw it first: the result is read now, not at the watcher's next turn.
      if (state.status !== "queued" && state.status !== "running") return;
      await hastenLook(services, id);
  }
}

/** Has the watcher look at once: something is known to have happened. */
export async function hastenLook(
  { db, now, due }: Pick<ReportServices, "db" | "now" | "due">,
  id: string,
): Promise<void> {
  await hasten(db, id, now());
  due.raise();
}
