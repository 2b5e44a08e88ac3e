import "server-only";
import { advance, type GenerationEvent, type GenerationState } from "@/lib/generation";
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

/**
 * Records the upstream's answer about a run, if it says something else than the record that the caller has read. Returns the
 * state as far as it is known then.
 */
export async function recordStatus(
  services: ReportServices,
  { id, state }: AcceptedRecord,
  read: RunStatus | undefined,
): Promise<GenerationState> {
  const event = toEvent(read);
  if (event) {
    // Most answers say nothing new, and those need no query.
    if (advance(state, event, new Date(services.now())) === state) return state;
    return (await report(services, id, event)).record?.state ?? state;
  }
  // A browser asked before the watcher did, so the watcher reads the result now instead of at its next turn.
  const isOpen = state.status === "queued" || state.status === "running";
  if (read?.status === "ended" && isOpen) await scheduleCheckNow(services, id);
  return state;
}

function toEvent(read: RunStatus | undefined): GenerationEvent | undefined {
  switch (read?.status) {
    case "queued":
      return { type: "in-line", position: read.position };
    case "running":
      return { type: "started" };
    default:
      return undefined;
  }
}

/** Makes the watcher check at once, because something is known to have happened. */
export async function scheduleCheckNow(
  { db, now, due }: Pick<ReportServices, "db" | "now" | "due">,
  id: string,
): Promise<void> {
  await setDueNow(db, [id], now());
  due.raise("poll", now());
}
