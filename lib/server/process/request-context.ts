import "server-only";
import { AsyncLocalStorage } from "node:async_hooks";
import { oncePerProcess } from "./once-per-process.ts";

const current = oncePerProcess(
  "request-context",
  () => new AsyncLocalStorage<{ requestId: string }>(),
)();

/** Runs `work` as part of a request, so that its answer and its log lines bear the id of that request. */
export function inRequest<T>(requestId: string, work: () => T): T {
  return current.run({ requestId }, work);
}

/** Returns the id of the request that this code works for; `undefined` in the background. */
export function currentRequestId(): string | undefined {
  return current.getStore()?.requestId;
}
