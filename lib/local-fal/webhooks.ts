import { FetchFailedError, guardedFetch, HostRefusedError } from "../net/guarded-fetch.ts";
import type { Clock } from "./clock.ts";
import { webhookPlan } from "./faults.ts";
import type { FalRequest } from "./request.ts";
import type { Delivery, RequestStore } from "./request-store.ts";
import { toRetention } from "./retention.ts";
import type { WebhookKey } from "./webhook-key.ts";
import { toSignedHeaders, toWebhookBody } from "./webhook-message.ts";

const FIRST_TIMEOUT_MS = 15_000;
const LATER_TIMEOUT_MS = 120_000;
const MAX_RETRIES = 31;
// Each wait is longer than the previous one by this much, so that 31 waits fit into the hour that a result is stored.
const WAIT_STEP_MS = 7_000;

type WebhookOptions = {
  store: RequestStore;
  key: WebhookKey;
  clock: Clock;
  allowPrivateHosts: boolean;
  reportError(message: string, error: unknown): void;
};

type Attempt = { result: "delivered" | "failed" | "refused"; problem?: string };

export type Webhooks = Awaited<ReturnType<typeof openWebhooks>>;

/**
 * Notifies callers that their requests have ended, at least once each, and resumes what an earlier process left unsent.
 */
export async function openWebhooks(options: WebhookOptions) {
  const { store, key, clock, allowPrivateHosts, reportError } = options;
  const timers = new Map<string, () => void>();
  const underWay = new Set<Promise<void>>();
  const closing = new AbortController();

  for (const request of store.all()) {
    if (!request.options?.webhook || request.state.status !== "completed") continue;
    const delivery = (await store.readDelivery(request.id)) ?? announce(request);
    if (delivery?.state === "pending") schedule(request, delivery);
  }

  return {
    /** Starts the delivery. Call it once, when the request has ended. */
    send(request: FalRequest) {
      const delivery = announce(request);
      if (delivery) schedule(request, delivery);
    },

    async close() {
      closing.abort();
      for (const callOff of timers.values()) callOff();
      await Promise.all(underWay);
    },
  };

  function announce(request: FalRequest): Delivery | undefined {
    const plan = webhookPlan(request);
    if (!request.options?.webhook || request.state.status !== "completed") return undefined;
    if (plan === "never") return undefined;
    const lateMs = typeof plan === "object" ? plan.lateMs : 0;
    const nextAt = new Date(Date.parse(request.state.completedAt) + lateMs).toISOString();
    return { state: "pending", attempts: 0, nextAt, copiesLeft: plan === "twice" ? 1 : 0 };
  }

  function schedule(request: FalRequest, delivery: Delivery) {
    if (closing.signal.aborted) return;
    const begin = () => {
      timers.delete(request.id);
      const ended = attempt(request, delivery).catch((error) => {
        reportError(`The local fal couldn't deliver the webhook of request ${request.id}`, error);
      });
      underWay.add(ended);
      void ended.then(() => underWay.delete(ended));
    };
    const wait = Date.parse(delivery.nextAt) - clock.now().getTime();
    if (wait <= 0) begin();
    else timers.set(request.id, clock.after(wait, begin));
  }

  async function attempt(request: FalRequest, before: Delivery) {
    const { result, problem } = isTooLate(request)
      ? ({ result: "refused", problem: "The result has expired" } satisfies Attempt)
      : await post(request, before.attempts === 0 ? FIRST_TIMEOUT_MS : LATER_TIMEOUT_MS);
    // The webhook is still due on disk, so the next start sends it.
    if (closing.signal.aborted && result !== "delivered") return;

    const after = moveOn(before, result, problem);
    await store.writeDelivery(request.id, after);
    if (after.state === "pending") schedule(request, after);
  }

  function moveOn(before: Delivery, result: Attempt["result"], problem?: string): Delivery {
    const attempts = before.attempts + 1;
    if (result === "delivered") {
      return before.copiesLeft
        ? { ...before, attempts, copiesLeft: before.copiesLeft - 1 }
        : { ...before, attempts, state: "delivered", problem };
    }
    if (result === "refused" || attempts > MAX_RETRIES) {
      return { ...before, attempts, state: "failed", problem };
    }
    const nextAt = new Date(clock.now().getTime() + attempts * WAIT_STEP_MS).toISOString();
    return { ...before, attempts, nextAt, problem };
  }

  function isTooLate(request: FalRequest): boolean {
    return (toRetention(request)?.deliverableUntil ?? 0) <= clock.now().getTime();
  }

  async function post(request: FalRequest, timeoutMs: number): Promise<Attempt> {
    const url = new URL(request.options?.webhook?.url ?? "");
    const body = toWebhookBody(request);
    const signed = toSignedHeaders(request.id, body, { key, at: clock.now() });
    const slow = new AbortController();
    const callOff = clock.after(timeoutMs, () => slow.abort());
    const signal = AbortSignal.any([slow.signal, closing.signal]);
    try {
      const { status, drop } = await guardedFetch(url, {
        method: "POST",
        headers: { ...signed, "content-type": "application/json", "user-agent": "local-fal" },
        body,
        allowPrivateHosts,
        timeoutMs,
        signal,
      });
      drop();
      if (status >= 200 && status < 300) return { result: "delivered" };
      const isRedirect = status >= 300 && status < 400;
      return { result: isRedirect ? "refused" : "failed", problem: `It answered ${status}` };
    } catch (error) {
      if (error instanceof HostRefusedError) return { result: "refused", problem: error.message };
      if (signal.aborted) return { result: "failed", problem: `No answer in ${timeoutMs} ms` };
      if (error instanceof FetchFailedError) return { result: "failed", problem: error.message };
      throw error;
    } finally {
      callOff();
    }
  }
}
