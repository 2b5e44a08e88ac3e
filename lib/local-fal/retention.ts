import type { FalRequest, Outcome } from "./request.ts";

const MINUTE_MS = 60_000;
const LARGE_RESULT_BYTES = 10 * 1024;
const MAX_STORED_BYTES = 1024 * 1024;
const STORED_FOR_MS = 30 * 24 * 60 * MINUTE_MS;

/** Until when the result of a completed request can be delivered, and until when it can be read. */
export function toRetention({ state, options }: FalRequest) {
  if (state.status !== "completed") return undefined;
  const bytes = countResultBytes(state.outcome);
  const completedAt = Date.parse(state.completedAt);
  const deliverableUntil = completedAt + (bytes >= LARGE_RESULT_BYTES ? 6 : 60) * MINUTE_MS;
  const isStored = options?.storesPayloads !== false && bytes <= MAX_STORED_BYTES;
  return {
    deliverableUntil,
    readableUntil: isStored ? completedAt + STORED_FOR_MS : deliverableUntil,
  };
}

export function isExpired(request: FalRequest, now: Date): boolean {
  const retention = toRetention(request);
  return retention !== undefined && retention.readableUntil <= now.getTime();
}

/** Whether the deadline has passed by which the caller wanted the request to start. */
export function hasMissedStart(request: FalRequest | undefined, now: Date): boolean {
  const startBy = request?.options?.startBy;
  return startBy !== undefined && Date.parse(startBy) <= now.getTime();
}

const counted = new WeakMap<Outcome, number>();

// An error can repeat a picture of 27 MB of text. The size is computed at each call.
function countResultBytes(outcome: Outcome): number {
  if (outcome.kind !== "error") return 0; // the address of a video is short
  const known = counted.get(outcome);
  const bytes = known ?? Buffer.byteLength(JSON.stringify(outcome.body));
  counted.set(outcome, bytes);
  return bytes;
}
