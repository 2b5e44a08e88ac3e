import { randomUUIDv7 } from "node:crypto";
import { EventEmitter } from "node:events";
import type { Clock } from "./clock.ts";
import type { FalRequest, LogLine, Outcome, RequestEvent, RequestOptions } from "./request.ts";
import { RequestError, startTimedOut, toErrorOutcome } from "./request-error.ts";
import type { RequestStore } from "./request-store.ts";
import { hasMissedStart, isExpired } from "./retention.ts";

export type Job = {
  request: FalRequest;
  readInput(): Promise<unknown>;
  log(message: string, level?: LogLine["level"]): void;
  signal: AbortSignal;
};

export type QueueOptions = {
  store: RequestStore;
  run(job: Job): Promise<Outcome>;
  concurrency: number;
  /** How many requests may wait. `submit` refuses more. */
  maxWaiting: number;
  clock: Clock;
  onCompleted(request: FalRequest): void;
  /** How long a waiting request must not start, and how many imaginary requests are reported ahead of it. */
  queueDelayOf?(
    request: FalRequest,
    now: Date,
  ): { milliseconds: number; ahead: number } | undefined;
  reportError(message: string, error: unknown): void;
};

export type Snapshot = { request: FalRequest; position: number; logs: LogLine[] };
export type CancelAnswer = "OK" | "CANCELLATION_REQUESTED" | "ALREADY_COMPLETED" | "NOT_FOUND";
export type Queue = Awaited<ReturnType<typeof openQueue>>;

type Run = { abort: AbortController; logs: LogLine[]; ended: Promise<void> };

/** Runs requests in order of submission, and resumes those that an earlier process left unfinished. */
export async function openQueue(options: QueueOptions) {
  const { store, run, concurrency, maxWaiting, clock, onCompleted, queueDelayOf, reportError } =
    options;
  const changes = new EventEmitter().setMaxListeners(0);
  const running = new Map<string, Run>();
  const waiting: string[] = [];
  const deadlines = new Map<string, () => void>();
  const delays = new Map<string, () => void>();
  let arriving = 0;
  let isClosed = false;

  const timestamp = () => clock.now().toISOString();

  for (const { id, options } of store.unfinished()) {
    const { after } = await change(id, { type: "resume", at: timestamp() });
    if (after.state.status !== "queued") continue;
    if (options?.isDirect) {
      const outcome = toErrorOutcome("client_disconnected", "The server was restarted");
      await change(id, { type: "give-up", at: timestamp(), outcome });
    } else {
      enqueue(after);
    }
  }
  startNext();

  return {
    /** Throws `concurrent_requests_limit` if too many requests wait. */
    async submit(endpoint: string, input: unknown, options?: RequestOptions): Promise<Snapshot> {
      if (countWaiting() >= maxWaiting) {
        throw new RequestError("concurrent_requests_limit", `${maxWaiting} requests are waiting`);
      }
      const id = randomUUIDv7();
      arriving += 1;
      const request = await store
        .add({ id, endpoint, submittedAt: timestamp(), options }, input)
        .finally(() => {
          arriving -= 1;
        });
      enqueue(request);
      const snapshot = { request, position: countAhead(id), logs: [] };
      startNext();
      return snapshot;
    },

    /** How many requests wait for a free runner. */
    get length() {
      return countWaiting();
    },

    find(id: string): Snapshot | undefined {
      const request = store.find(id);
      if (!request || isExpired(request, clock.now())) return undefined;
      const { state } = request;
      const logs = state.status === "completed" ? state.logs : (running.get(id)?.logs ?? []);
      return { request, position: countAhead(id), logs };
    },

    /** Waits until a request ends. Resolves to undefined if the queue closes first. */
    untilCompleted(id: string): Promise<FalRequest | undefined> {
      return new Promise((resolve) => {
        const look = () => {
          const request = store.find(id);
          const isCompleted = request?.state.status === "completed";
          if (!isCompleted && !isClosed) return;
          changes.off("change", look);
          resolve(isCompleted ? request : undefined);
        };
        changes.on("change", look);
        look();
      });
    },

    async cancel(id: string): Promise<CancelAnswer> {
      if (!store.find(id)) return "NOT_FOUND";
      const { before, after } = await change(id, { type: "cancel", at: timestamp() });
      if (before.state.status === "completed") return "ALREADY_COMPLETED";
      if (after.state.status === "running") {
        running.get(id)?.abort.abort();
        return "CANCELLATION_REQUESTED";
      }
      leave(id);
      return "OK";
    },

    /** Calls back whenever a state, a position or a log may have changed. Returns a function that stops it. */
    watch(listener: () => void): () => void {
      changes.on("change", listener);
      return () => changes.off("change", listener);
    },

    async close() {
      isClosed = true;
      for (const callOff of [...deadlines.values(), ...delays.values()]) callOff();
      const ended = [...running.values()].map((job) => job.ended);
      for (const { abort } of running.values()) abort.abort();
      changes.emit("change");
      await Promise.all(ended);
    },

    get isClosed() {
      return isClosed;
    },
  };

  function countWaiting(): number {
    return Math.max(0, waiting.length + arriving - (concurrency - running.size));
  }

  async function change(id: string, event: RequestEvent) {
    const changed = await store.change(id, event);
    const isNew = changed.after.state !== changed.before.state;
    if (isNew && changed.after.state.status === "completed") {
      if (changed.after.options?.storesPayloads === false) await store.removeInput(id);
      onCompleted(changed.after);
    }
    return changed;
  }

  function enqueue(request: FalRequest) {
    // Submissions are written concurrently and may finish in another order than they arrived.
    const earlier = waiting.findLastIndex((other) => !isBefore(request, store.find(other)));
    waiting.splice(earlier + 1, 0, request.id);
    watchDeadline(request);
    watchDelay(request);
  }

  function watchDelay(request: FalRequest) {
    const { id } = request;
    const delay = queueDelayOf?.(request, clock.now());
    if (!delay || isClosed) return;
    const step = delay.milliseconds / Math.max(1, delay.ahead);
    const callOff = clock.after(Math.ceil(step), () => {
      delays.delete(id);
      if (!waiting.includes(id)) return;
      watchDelay(request);
      startNext();
      changes.emit("change");
    });
    delays.set(id, callOff);
  }

  function watchDeadline(request: FalRequest) {
    const { id, options } = request;
    if (!options?.startBy || isClosed) return;
    const wait = Math.max(0, Date.parse(options.startBy) - clock.now().getTime());
    const callOff = clock.after(wait, () => {
      // A timer may fire slightly early, so the time is checked.
      if (hasMissedStart(request, clock.now())) void giveUpStart(id);
      else watchDeadline(request);
    });
    deadlines.set(id, callOff);
  }

  async function giveUpStart(id: string) {
    try {
      await change(id, { type: "give-up", at: timestamp(), outcome: startTimedOut() });
      leave(id);
    } catch (error) {
      reportError(`The local fal couldn't keep the state of request ${id}`, error);
    }
  }

  function leave(id: string) {
    deadlines.get(id)?.();
    deadlines.delete(id);
    delays.get(id)?.();
    delays.delete(id);
    const index = waiting.indexOf(id);
    if (index !== -1) waiting.splice(index, 1);
    changes.emit("change");
  }

  function countAhead(id: string): number {
    const index = waiting.indexOf(id);
    return index === -1 ? 0 : running.size + index + (findDelay(id)?.ahead ?? 0);
  }

  function findDelay(id: string) {
    const request = store.find(id);
    return request && queueDelayOf?.(request, clock.now());
  }

  function startNext() {
    while (!isClosed && running.size < concurrency) {
      const index = waiting.findIndex((other) => !findDelay(other));
      const id = waiting[index];
      if (id === undefined) break;
      waiting.splice(index, 1);
      const abort = new AbortController();
      const logs: LogLine[] = [];
      const ended = start(id, abort.signal, logs).catch((error) => {
        // The disk refused a write. The request stays as it is on disk, and a restart resumes it.
        reportError(`The local fal couldn't keep the state of request ${id}`, error);
      });
      running.set(id, { abort, logs, ended });
      void ended.then(() => {
        running.delete(id);
        startNext();
        changes.emit("change");
      });
    }
  }

  async function start(id: string, signal: AbortSignal, logs: LogLine[]) {
    deadlines.get(id)?.();
    deadlines.delete(id);
    if (hasMissedStart(store.find(id), clock.now())) return giveUpStart(id);

    const { after: request } = await change(id, { type: "start", at: timestamp() });
    if (request.state.status !== "running") return; // was cancelled at the same moment
    changes.emit("change");

    const outcome = await run({
      request,
      readInput: () => store.readInput(id),
      signal,
      log(message, level = "INFO") {
        logs.push({ message, level, source: "USER", timestamp: timestamp() });
        changes.emit("change");
      },
    });
    // The process stopped the run, not its owner. On disk it stays "running", so the next start resumes it.
    if (isClosed && outcome.kind === "cancelled") return;
    await change(id, { type: "finish", at: timestamp(), outcome, logs });
  }
}

function isBefore(one: FalRequest, other?: FalRequest): boolean {
  if (!other) return false;
  const isLow = one.options?.priority === "low";
  const isOtherLow = other.options?.priority === "low";
  return isLow === isOtherLow ? one.sequence < other.sequence : isOtherLow;
}
