import "server-only";
import type { GenerationEvent } from "@/lib/generation";
import { AppError, problem } from "@/lib/problems";
import { getLog } from "../../log";
import { inSpan } from "../../traces/spans";
import { askStatus, readEnd, readStatus, toUnheard } from "../../upstream/runs";
import { type ArchiveServices, archive } from "../archive/archive";
import type { GenerationRecord } from "../records/record";
import { report } from "../records/report";
import { dropClaim } from "../records/update";
import { OwnKeyLostError, upstreamOf } from "../records/upstream-of";
import { type SubmitServices, sendRecorded } from "../submit/submit";
import { type AcceptedRecord, askRunStatus, type StatusServices } from "./status";

export type CheckServices = SubmitServices & StatusServices & ArchiveServices;

// fal may not yet know everywhere a request that it accepted a moment ago.
const UNKNOWN_IS_GONE_AFTER_MS = 60_000;

/** Checks the outcome of a generation and does the next step for it. Call it under the generation's lease. */
export function checkRun(services: CheckServices, record: GenerationRecord): Promise<void> {
  const { id, model, state } = record;
  const attributes = { model, state: state.status };
  return inSpan(id, "check", () => doNextStep(services, record), attributes);
}

async function doNextStep(services: CheckServices, record: GenerationRecord): Promise<void> {
  switch (record.state.status) {
    case "submitting":
      // Its lease ran out, so the server that sent it, or was about to, has died.
      if (isUnsent(record)) await sendInItsPlace(services, record);
      else await loseAnswer(services, record);
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

function isUnsent({ sendingAt, outgoing }: GenerationRecord): boolean {
  return sendingAt === undefined && outgoing !== undefined;
}

async function sendInItsPlace(services: CheckServices, record: GenerationRecord): Promise<void> {
  try {
    await sendRecorded(services, record);
  } catch (error) {
    // The outcome is recorded.
    if (!(error instanceof AppError)) throw error;
    getLog().info(
      { generation: record.id, code: error.code },
      "a recorded click could not be sent",
    );
  }
}

async function loseAnswer(services: CheckServices, record: GenerationRecord): Promise<void> {
  await report(services, record.id, { type: "answer-lost", problem: problem("unconfirmed") });
  await confirm(services, record);
}

/**
 * Finds a run whose submit was lost by the request that a webhook named. fal signs the webhooks of all its users with
 * the same keys, so only a request that our own key can read is ours.
 */
async function confirm(services: CheckServices, record: GenerationRecord): Promise<void> {
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

async function follow(services: CheckServices, record: AcceptedRecord): Promise<void> {
  const event = await askWhatBecame(services, record);
  if (event) await report(services, record.id, event);
}

/** Returns the event to report. `askRunStatus` has already recorded a mere status, so that returns `undefined`. */
async function askWhatBecame(
  services: CheckServices,
  record: AcceptedRecord,
): Promise<GenerationEvent | undefined> {
  try {
    const answer = await askRunStatus(services, record);
    const status = readStatus(answer);
    if (status === undefined) return toUnheard(answer.status);
    if (status.status === "queued" || status.status === "running") return undefined;
    const age = services.now() - record.createdAt;
    if (status.status === "unknown" && age < UNKNOWN_IS_GONE_AFTER_MS) return undefined;
    return await readEnd(record, await upstreamOf(services, record));
  } catch (error) {
    if (error instanceof OwnKeyLostError)
      return { type: "unheard", problem: problem("result_key_lost") };
    const isUpstreams = error instanceof AppError && error.code.startsWith("upstream_");
    if (isUpstreams) return toUnheard();
    throw error;
  }
}

function isAccepted(record: GenerationRecord): record is AcceptedRecord {
  return record.requestId !== undefined;
}
