import { findModel } from "@/lib/models";
import { AppError } from "@/lib/problems";
import { type FalCall, recogniseCall } from "@/lib/server/gate/calls";
import { readClickKey } from "@/lib/server/gate/click-key";
import { countCall } from "@/lib/server/gate/count-call";
import { checkInput } from "@/lib/server/gate/input";
import { requireOwnOrigin } from "@/lib/server/gate/origin";
import { consumePoint } from "@/lib/server/gate/rates";
import { checkUpload } from "@/lib/server/gate/upload";
import { findRequest } from "@/lib/server/generations/records/records";
import { upstreamOf } from "@/lib/server/generations/records/upstream-of";
import { beforeSending, type Click, submitClick } from "@/lib/server/generations/submit/submit";
import {
  type AcceptedRecord,
  askRunStatus,
  hastenLook,
} from "@/lib/server/generations/watch/status";
import { falRoute, readJsonText } from "@/lib/server/http";
import { callerOf, publicOrigin } from "@/lib/server/public-origin";
import { getServices, type Services } from "@/lib/server/services";
import { findOwner, findOwnKey, keyedHash, requireSession } from "@/lib/server/session";
import { dayOf } from "@/lib/server/spend/budget";
import { forward } from "@/lib/server/upstream/proxy";
import { toStatusResponse } from "@/lib/server/upstream/runs";
import { ownKeyUpstream } from "@/lib/server/upstream/target";

type FollowCall = Exclude<FalCall, { kind: "submit" | "upload" }>;
type CallOf<Kind extends FalCall["kind"]> = Extract<FalCall, { kind: Kind }>;

// The gate: each check costs more than the one before it, and what is paid for comes last.
const handle = falRoute(async (request: Request) => {
  const call = recogniseCall(request.method, request.headers.get("x-fal-target-url"));
  if (!call) throw new AppError("call_refused");
  requireOwnOrigin(request);
  const services = await getServices();
  switch (call.kind) {
    case "submit":
      return submit(call, request, services);
    case "upload":
      return startUpload(call, request, services);
    default:
      return follow(call, request, services);
  }
});

async function submit(call: CallOf<"submit">, request: Request, services: Services) {
  const click = await beforeSending(() => readClick(call, request, services));
  return submitClick(services, click);
}

/** The click that a submit is, if it may pass: all that is checked before anything is written down. */
async function readClick(
  call: CallOf<"submit">,
  request: Request,
  services: Services,
): Promise<Click> {
  const model = findModel(call.model);
  if (!model) throw new AppError("call_refused");
  const [owner, ownKey] = [await requireSession(request), await findOwnKey(request)];
  const upstream = ownKey === undefined ? services.upstream : ownKeyUpstream(ownKey);
  const key = readClickKey(request.headers);
  const origin = publicOrigin(request);
  const checked = checkInput(model, await readJsonText(request), { upstream, origin });

  const caller = callerOf(request);
  await consumePoint(services, "starts", owner);
  if (caller) await consumePoint(services, "startsByAddress", caller);

  const usd = upstream.kind === "local" ? 0 : services.prices.usdOf(model, checked.input);
  // The day makes another of it each time: what is kept tells nobody's address, and no two days apart.
  const network = caller && (await keyedHash(`${dayOf(services.now())} ${caller}`));
  return { ...checked, model: call.model, owner, network, key, usd, ownKey, origin };
}

async function startUpload(call: CallOf<"upload">, request: Request, services: Services) {
  const [owner, ownKey] = [await requireSession(request), await findOwnKey(request)];
  const upstream = ownKey === undefined ? services.upstream : ownKeyUpstream(ownKey);
  const body = checkUpload(await readJsonText(request));
  await countCall(services, request, owner);
  const answer = await forward(call, upstream, {
    method: "POST",
    body,
    origin: publicOrigin(request),
  });
  if (ownKey !== undefined && answer.status === 401) throw new AppError("own_key_refused");
  return answer;
}

async function follow(call: FollowCall, request: Request, services: Services): Promise<Response> {
  const owner = await findOwner(request);
  const record = owner && (await findOwnRun(owner, call, services));
  // As fal says it of a request that it does not know.
  if (!record) return Response.json({ status: "NOT_FOUND" }, { status: 404 });
  if (call.kind === "status") {
    const answer = await askRunStatus(services, record);
    const isLogWanted = call.url.searchParams.get("logs") === "1";
    return toStatusResponse(record, answer, isLogWanted);
  }
  await countCall(services, request, record.owner);
  const upstream = await upstreamOf(services, record);
  const outgoing = { method: request.method, origin: publicOrigin(request) };
  const answer = await forward(call, upstream, outgoing);
  if (call.kind === "cancel") {
    services.statusAnswers.forget(record.id);
    await hastenLook(services, record.id);
  }
  return answer;
}

async function findOwnRun(
  owner: string,
  { kind, requestId }: FollowCall,
  { db, ownRuns }: Services,
): Promise<AcceptedRecord | undefined> {
  const find = () => findRequest(db, owner, requestId);
  // Whose it is never changes, and a status may be a second old: what acts on a run looks itself.
  const record =
    kind === "status" ? await ownRuns.share(`${owner} ${requestId}`, find) : await find();
  return record && { ...record, requestId };
}

export {
  handle as DELETE,
  handle as GET,
  handle as OPTIONS,
  handle as PATCH,
  handle as POST,
  handle as PUT,
};
