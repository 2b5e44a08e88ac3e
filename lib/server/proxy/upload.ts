import "server-only";
import { AppError } from "@/lib/problems";
import { countCall } from "../gate/count-call";
import type { Rates } from "../gate/rates";
import { checkUpload } from "../gate/upload";
import { readJsonText } from "../http/body";
import { publicOrigin } from "../http/public-origin";
import { findOwnKey } from "../sessions/own-key";
import { requireSession } from "../sessions/owner";
import type { CallOf } from "../upstream/calls";
import { forward } from "../upstream/proxy";
import { ownKeyUpstream, type Upstream } from "../upstream/target";

export type UploadServices = { upstream: Upstream; rates: Rates };

/** Asks the upstream for an address to which the browser may upload a picture. Throws `own_key_refused`. */
export async function startUpload(
  services: UploadServices,
  call: CallOf<"upload">,
  request: Request,
): Promise<Response> {
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
