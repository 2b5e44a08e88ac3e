import "server-only";
import { upstreamKind } from "./upstream/kind";
import { VERSION } from "./version";

/** Answers that this process answers. Whether it can do its work is for `/api/ready`. */
export function answerHealth(): Response {
  return Response.json({ status: "ok", version: VERSION, upstream: upstreamKind() });
}
