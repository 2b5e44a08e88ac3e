import "server-only";
import { AppError } from "@/lib/problems";
import { requireOwnOrigin } from "../gate/origin";
import type { Services } from "../services";
import { recogniseCall } from "../upstream/calls";
import { followRun } from "./follow";
import { submit } from "./submit";
import { startUpload } from "./upload";

/**
 * Answers one call of the fal client in the browser. Each check costs more than the one before it, and what is paid for
 * comes last. Throws `call_refused` for a call that is not one of the app's own.
 */
export async function answerCall(
  openServices: () => Promise<Services>,
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
