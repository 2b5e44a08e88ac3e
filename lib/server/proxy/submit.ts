import "server-only";
import { findModel } from "@/lib/models";
import { AppError } from "@/lib/problems";
import { readClickKey } from "../gate/click-key";
import { checkInput } from "../gate/input";
import { consumePoint, type Rates } from "../gate/rates";
import {
  beforeSending,
  type Click,
  type SubmitServices,
  submitClick,
} from "../generations/submit/submit";
import { readJsonText } from "../http/body";
import { callerOf, publicOrigin } from "../http/public-origin";
import { keyedHash } from "../secrets/server-secrets";
import { findOwnKey } from "../sessions/own-key";
import { requireSession } from "../sessions/owner";
import { dayOf } from "../spend/budget";
import type { Prices } from "../spend/prices";
import type { CallOf } from "../upstream/calls";
import { ownKeyUpstream } from "../upstream/target";

export type AcceptServices = SubmitServices & { prices: Prices; rates: Rates };

export async function submit(
  services: AcceptServices,
  call: CallOf<"submit">,
  request: Request,
): Promise<Response> {
  const click = await beforeSending(() => readClick(services, call, request));
  return submitClick(services, click);
}

/** Checks everything that can be checked before a click is recorded, and returns the click. */
async function readClick(
  services: AcceptServices,
  call: CallOf<"submit">,
  request: Request,
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
  // The day is a part of the hash, so that the stored value reveals no address and differs from one day to the next.
  const network = caller && (await keyedHash(`${dayOf(services.now())} ${caller}`));
  return { ...checked, model: call.model, owner, network, key, usd, ownKey, origin };
}
