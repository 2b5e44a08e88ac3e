import { randomUUIDv7 } from "node:crypto";
import { EventEmitter } from "node:events";
import type { FalRequest, LogLine, Outcome } from "./request.ts";
import type { RequestStore } from "./request-store.ts";

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
  now(): Date;
  reportError(message: string, error: unknown): void;
};

export type Snapshot = { request: FalRequest; position: number; logs: LogLine[] };
export type CancelAnswer = "OK" | "CANCELLATION_REQUESTED" | "ALREADY_COMPLETED" | "NOT_FOUND";
export type Queue = Awaited<ReturnType<typeof openQueue>>;

type Run = { abort: AbortController; logs: LogLine[]; ended: Promise<void> };

/** Runs requests in order of submission, and goes on with those that an earlier process left. */
export async function openQueue({ store, run, concurrency, now, reportError }: QueueOptions) {
  const changes = new EventEmitter().setMaxListeners(0);
  const running = new Map<string, Run>();
  const waiting: string[] = [];
  let isClosed = false;

  const timestamp = () => now().toISOString();

  for (const { id } of store.unfinished()) {
    const { after } = await store.change(id, { type: "resume", at: timestamp() });
    if (after.state.status === "queued") waiting.push(id);
  }
  startNext();

  return {
    async submit(endpoint: string, input: unknown): Promise<Snapshot> {
      const id = randomUUIDv7();
      const request = await store.add({ id, endpoint, submittedAt: timestamp() }, input);
      // Submissions are written side by side and may land in another order than they came in.
      const later = waiting.findIndex(
        (other) => (store.find(other)?.sequence ?? 0) > request.sequence,
      );
      waiting.splice(later === -1 ? waiting.length : later, 0, id);
      const snapshot = { request, position: countAhead(id), logs: [] };
      startNext();
      return snapshot;
    },

    find(id: string): Snapshot | undefined {
      const request = store.find(id);
      if (!request) return undefined;
      const { state } = request;
      const logs = state.status === "completed" ? state.logs : (running.get(id)?.logs ?? []);
      return { request, position: countAhead(id), logs };
    },

    async cancel(id: string): Promise<CancelAnswer> {
      if (!store.find(id)) return "NOT_FOUND";
      const { before, after } = await store.change(id, { type: "cancel", at: timestamp() });
      if (before.state.status === "completed") return "ALREADY_COMPLETED";
      if (after.state.status === "running") {
        running.get(id)?.abort.abort();
        return "CANCELLATION_REQUESTED";
      }
      const index = waiting.indexOf(id);
      if (index !== -1) waiting.splice(index, 1);
      changes.emit("change");
      return "OK";
    },

    /** Calls back whenever a state, a position or a log may have changed; returns how to stop it. */
    watch(listener: () => void): () => void {
      changes.on("change", listener);
      return () => changes.off("change", listener);
    },

    async close() {
      isClosed = true;
      const ended = [...running.values()].map((job) => job.ended);
      for (const { abort } of running.values()) abort.abort();
      changes.emit("change");
      await Promise.all(ended);
    },

    get isClosed() {
      return isClosed;
    },
  };

  function countAhead(id: string): number {
    const index = waiting.indexOf(id);
    return index === -1 ? 0 : running.size + index;
  }

  function startNext() {
    while (!isClosed && running.size < concurrency) {
      const id = waiting.shift();
      if (id === undefined) break;
      const abort = new AbortController();
      const logs: LogLine[] = [];
      const ended = start(id, abort.signal, logs).catch((error) => {
        // The disk refused a write. The request stays as it is there, and a restart takes it up again.
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
    const { after: request } = await store.change(id, { type: "start", at: timestamp() });
    if (request.state.status !== "running") return; // cancelled in the same moment
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
    // Stopped by the process rather than by its owner: on disk it stays running, for the next start.
    if (isClosed && outcome.kind === "cancelled") return;
    await store.change(id, { type: "finish", at: timestamp(), outcome, logs });
  }
}
