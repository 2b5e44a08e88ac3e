import "server-only";
import { AppError } from "@/lib/problems";
import { requireOwnOrigin } from "../http/own-origin";
import { recogniseCall } from "../upstream/calls";
import { type FollowServices, followRun } from "./follow";
import { type AcceptServices, submit } from "./submit";
import { startUpload, type UploadServices } from "./upload";

export type ProxyServices = AcceptServices & UploadServices & FollowServices;

/**
 * Answers one call of the fal client in the browser. Each check costs more than the one before it, and what is paid for
 * comes last. Throws `call_refused` for a call that is not one of the app's own.
 */
export async function answerCall(
  openServices: () => Promise<ProxyServices>,
  request: Request,
): Promise<Response> {
  const call = recogniseCall(request.method, request.headers.get("x-fal-target-url"));
  if (!call) throw new AppError("call_refused");
  requireOwnOrigin(request);
  const services = await openServices();
  switch (call.kind) {
    case "submit":
      return submit(services, call, request);
    case "upload":
      return startUpload(services, call, request);
    default:
      return followRun(services, call, request);
  }
}
