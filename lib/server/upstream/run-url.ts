import "server-only";
import { appOf } from "@/lib/models";

/** A request at the upstream. `model` is the endpoint that received it. */
export type Run = { model: string; requestId: string };

export function runUrl({ model, requestId }: Run, path = ""): URL {
  return new URL(`https://queue.fal.run/${appOf(model)}/requests/${requestId}${path}`);
}
