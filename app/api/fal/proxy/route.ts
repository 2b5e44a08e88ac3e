import { AppError } from "@/lib/problems";
import { type FalCall, recogniseCall } from "@/lib/server/gate/calls";
import { readClickKey } from "@/lib/server/gate/click-key";
import { findRequest } from "@/lib/server/generations/records";
import { type AcceptedRecord, askRunStatus, hastenLook } from "@/lib/server/generations/status";
import { submitClick } from "@/lib/server/generations/submit";
import { falRoute, publicOrigin, readBody } from "@/lib/server/http";
import { getServices, type Services } from "@/lib/server/services";
import { ensureOwner, findOwner } from "@/lib/server/session";
import { forward } from "@/lib/server/upstream/proxy";
import { toStatusResponse } from "@/lib/server/upstream/runs";

// A submit, an upload's start: a few hundred bytes, and a prompt of 2,000 characters at most.
const MAX_BODY_BYTES = 64 * 1024;

const handle = falRoute(async (request: Request) => {
  const call = recogniseCall(request.method, request.headers.get("x-fal-target-url"));
  if (!call) throw new AppError("call_refused");
  const services = await getServices();
  const origin = publicOrigin(request);
  if (call.kind === "submit") {
    const key = readClickKey(request.headers);
    const body = (await readBody(request, MAX_BODY_BYTES)).toString();
    return submitClick(services, { call, owner: await ensureOwner(request), key, body, origin });
  }
  if (call.kind === "upload") {
    await ensureOwner(request);
    const body = (await readBody(request, MAX_BODY_BYTES)).toString();
    return forward(call, services.upstream, { method: "POST", body, origin });
  }
  const record = await findOwnRun(request, services, call.requestId);
  // As fal says it of a request that it does not know.
  if (!record) return Response.json({ status: "NOT_FOUND" }, { status: 404 });
  return follow(call, record, services, { method: request.method, origin });
});

async function follow(
  call: Exclude<FalCall, { kind: "submit" | "upload" }>,
  record: AcceptedRecord,
  services: Services,
  outgoing: { method: string; origin: string },
): Promise<Response> {
  if (call.kind === "status") {
    const answer = await askRunStatus(services, record);
    const isLogWanted = call.url.searchParams.get("logs") === "1";
    return toStatusResponse(record, answer, isLogWanted);
  }
  const answer = await forward(call, services.upstream, outgoing);
  if (call.kind === "cancel") await hastenLook(services, record.id);
  return answer;
}

async function findOwnRun(request: Request, { db }: Services, requestId: string) {
  const owner = await findOwner(request);
  const record = owner && (await findRequest(db, owner, requestId));
  return record ? { ...record, requestId } : undefined;
}

export {
  handle as DELETE,
  handle as GET,
  handle as OPTIONS,
  handle as PATCH,
  handle as POST,
  handle as PUT,
};
