import "server-only";
import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe } from "node:diagnostics_channel";
import { AppError } from "@/lib/problems";
import { getMeters } from "../metrics/meters";
import { DeadlineError } from "../process/deadline";

/** What a call to the upstream is for. */
export type CallKind = "submit" | "status" | "stream" | "result" | "cancel" | "upload" | "file";

/** What undici has reported of one call so far. */
type Call = { isMade: boolean; hasLeft: boolean };

const current = new AsyncLocalStorage<Call>();
const calls = new WeakMap<object, Call>();
let isSubscribed = false;

/**
 * Makes one call by `fetch`. When it fails, throws `upstream_unavailable` if no byte of it had left this server
 * (no address, no connection, no TLS, a proxy that refuses), and `upstream_answer_broken` if it may have arrived.
 */
export async function callUpstream<T extends { status: number }>(
  kind: CallKind,
  make: () => Promise<T>,
): Promise<T> {
  if (!isSubscribed) subscribeToCalls();
  const call: Call = { isMade: false, hasLeft: false };
  try {
    const answer = await current.run(call, make);
    countUpstreamCall(kind, outcomeOf(answer.status));
    return answer;
  } catch (error) {
    if (error instanceof AppError) {
      countUpstreamCall(kind, "failed");
      throw error;
    }
    // A call may still leave after we have stopped waiting for it.
    const isUnsent = call.isMade && !call.hasLeft && !(error instanceof DeadlineError);
    countUpstreamCall(kind, isUnsent ? "unsent" : "lost");
    throw new AppError(isUnsent ? "upstream_unavailable" : "upstream_answer_broken", {
      cause: error,
    });
  }
}

type Outcome = "ok" | "refused" | "failed" | "unsent" | "lost";

export function countUpstreamCall(kind: CallKind, outcome: Outcome): void {
  getMeters().upstreamCalls.inc({ kind, outcome });
}

export function outcomeOf(status: number): Outcome {
  if (status >= 500) return "failed";
  return status >= 400 ? "refused" : "ok";
}

type Message = { request: { method: string } };

/** Node's `fetch` names each request when it is made, and again just before its head is written to the connection. */
function subscribeToCalls(): void {
  isSubscribed = true;
  subscribe("undici:request:create", (message) => {
    const { request } = message as Message;
    const call = current.getStore();
    // The request for a tunnel through an outbound proxy comes first and is not part of the call.
    if (!call || request.method === "CONNECT") return;
    call.isMade = true;
    calls.set(request, call);
  });
  subscribe("undici:client:sendHeaders", (message) => {
    const call = calls.get((message as Message).request);
    if (call) call.hasLeft = true;
  });
}
