import "server-only";
import { countCall } from "../gate/count-call";
import type { Rates } from "../gate/rates";
import { findRequest } from "../generations/records/find";
import type { GenerationRecord } from "../generations/records/record";
import { upstreamOf } from "../generations/records/upstream-of";
import {
  type AcceptedRecord,
  askRunStatus,
  type StatusServices,
  scheduleCheckNow,
} from "../generations/watch/status";
import { callerOf, publicOrigin } from "../http/public-origin";
import type { CoalescedAnswers } from "../process/coalesced-answers";
import { findSession } from "../sessions/owner";
import { unknownRequest } from "../upstream/answers";
import type { FollowCall } from "../upstream/calls";
import { forward } from "../upstream/proxy";
import { toStatusResponse } from "../upstream/runs";
import { type StreamServices, streamRunStatus } from "./stream-status";

export type FollowServices = StatusServices &
  StreamServices & {
    rates: Rates;
    /** The key is `OWNER REQUEST_ID`. */
    ownRuns: CoalescedAnswers<GenerationRecord | undefined>;
  };

/** Answers what a fal client asks about a run of its owner, or cancels that run. */
export async function followRun(
  services: FollowServices,
  call: FollowCall,
  request: Request,
): Promise<Response> {
  const found = await findSession(request);
  const record = found && (await findOwnRun(services, found.owner, call));
  if (!record) return unknownRequest();
  const isLogWanted = call.url.searchParams.get("logs") === "1";
  if (call.kind === "status")
    return toStatusResponse(record, await askRunStatus(services, record), isLogWanted);
  await countCall(services, request, record.owner);
  if (call.kind === "stream") {
    const holder = { ...found, network: callerOf(request) };
    return streamRunStatus(services, record, { holder, isLogWanted });
  }
  const upstream = await upstreamOf(services, record);
  const outgoing = { method: request.method, origin: publicOrigin(request) };
  const answer = await forward(call, upstream, outgoing);
  if (call.kind === "cancel") {
    services.statusAnswers.forget(record.id);
    await scheduleCheckNow(services, record.id);
  }
  return answer;
}

async function findOwnRun(
  { db, ownRuns }: FollowServices,
  owner: string,
  { kind, requestId }: FollowCall,
): Promise<AcceptedRecord | undefined> {
  const find = () => findRequest(db, owner, requestId);
  // The owner of a run never changes and a status may be a second old, so only calls that act on a run read the record anew.
  const record =
    kind === "status" ? await ownRuns.coalesce(`${owner} ${requestId}`, find) : await find();
  return record && { ...record, requestId };
}
