import "server-only";
import { problem } from "@/lib/problems";
import type { Services } from "../services";
import { askStatus, readEnd, readStatus } from "../upstream/runs";
import { archive } from "./archive";
import { dropClaim, type GenerationRecord } from "./records";
import { report } from "./report";
import { type AcceptedRecord, askRunStatus } from "./status";
import { upstreamOf } from "./upstream-of";

// A request that was accepted a moment ago may not be known everywhere yet.
const UNKNOWN_IS_GONE_AFTER_MS = 60_000;

/** Finds out what became of a generation, and does what is next for it. To be called under its lease. */
export async function look(services: Services, record: GenerationRecord): Promise<void> {
  switch (record.state.status) {
    case "submitting":
      // Its lease ran out: the server that sent it, or was about to, is gone.
      await report(services, record.id, { type: "answer-lost", problem: problem("unconfirmed") });
      await confirm(services, record);
      return;
    case "unconfirmed":
      await confirm(services, record);
      return;
    case "queued":
    case "running":
      if (isAccepted(record)) await follow(services, record);
      return;
    case "archiving":
      await archive(services, record);
  }
}

/**
 * Finds again a run whose submit was lost, by what a webhook said of it. fal signs the webhooks of all its users with
 * the same keys: only a request that our own key can read is ours.
 */
async function confirm(services: Services, record: GenerationRecord): Promise<void> {
  const { id, model, claim } = record;
  const upstream = await upstreamOf(services, record);
  for (const requestId of claim) {
    const status = readStatus(await askStatus({ model, requestId }, upstream));
    if (status === undefined) throw new Error(`the upstream says nothing yet of ${requestId}`);
    if (status.status === "unknown") continue;
    await report(services, id, { type: "accepted", requestId });
    return;
  }
  await dropClaim(services.db, id, claim);
}

async function follow(services: Services, record: AcceptedRecord): Promise<void> {
  const status = readStatus(await askRunStatus(services, record));
  const age = services.now() - record.createdAt;
  if (status?.status === "unknown" && age < UNKNOWN_IS_GONE_AFTER_MS) return;
  if (status?.status !== "ended" && status?.status !== "unknown") return;

  const end = await readEnd(record, await upstreamOf(services, record));
  if (!end) return;
  await report(services, record.id, end);
}

function isAccepted(record: GenerationRecord): record is AcceptedRecord {
  return record.requestId !== undefined;
}
