import { createHash } from "node:crypto";
import { toResult } from "./answers.ts";
import type { FalRequest } from "./request.ts";
import type { WebhookKey } from "./webhook-key.ts";

const USER_ID = "local-fal";

/** Returns the body that is posted when a request has ended. */
export function toWebhookBody({ id, state, options }: FalRequest): string {
  if (state.status !== "completed") throw new Error(`Request ${id} has not ended yet.`);
  const { outcome } = state;
  const ids = { request_id: id, gateway_request_id: id };
  if (outcome.kind === "ok" && outcome.payloadError !== undefined) {
    const { payloadError } = outcome;
    return JSON.stringify({ ...ids, status: "OK", payload: null, payload_error: payloadError });
  }
  const { status, body } = toResult(outcome, options?.webhook?.base ?? "");
  return JSON.stringify(
    outcome.kind === "ok"
      ? { ...ids, status: "OK", payload: body }
      : { ...ids, status: "ERROR", error: `Invalid status code: ${status}`, payload: body },
  );
}

export function toSignedHeaders(
  requestId: string,
  body: string,
  { key, at }: { key: WebhookKey; at: Date },
) {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const digest = createHash("sha256").update(body).digest("hex");
  return {
    "x-fal-webhook-request-id": requestId,
    "x-fal-webhook-user-id": USER_ID,
    "x-fal-webhook-timestamp": timestamp,
    "x-fal-webhook-signature": key.sign([requestId, USER_ID, timestamp, digest].join("\n")),
  };
}
