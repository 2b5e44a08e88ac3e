import type { QueueStatus } from "@fal-ai/client";
import type { GenerationEvent } from "@/lib/generation";
import type { Problem } from "@/lib/problems";
import type { LogLine } from "../generation/progress";
import { fal } from "./client";
import { toProblem } from "./problem";
import { untilWorthATry, waitAfter } from "./retry";
import { NoStream, type StatusOptions, streamStatus } from "./status-stream";

type Watcher = {
  onEvent: (event: GenerationEvent) => void;
  onLog: (log: LogLine[]) => void;
  /** Called if fal or this server can't be reached, and with `undefined` when it answers again. */
  onTrouble: (trouble: Problem | undefined) => void;
  signal: AbortSignal;
};

const POLL_EVERY_MS = 1_000;
/** The wait is short because somebody is watching this run. */
const LONGEST_WAIT_MS = 2_000;
const STREAM_AGAIN_AFTER_MS = 60_000;

let streamAgainAt = 0;

/**
 * Reports a request's place in line, start and log until it has ended. The server's record says how it ended. It follows the
 * upstream's stream, or polls once a second if there is none, and opens lost connections again, because the run continues
 * upstream.
 */
export async function watch(model: string, requestId: string, watcher: Watcher): Promise<void> {
  const { onTrouble, signal } = watcher;
  for (let attempt = 0; !signal.aborted; attempt++) {
    const follow = Date.now() < streamAgainAt ? pollStatus : streamStatus;
    const onStatus = (status: QueueStatus) => {
      attempt = 0;
      if (!signal.aborted) tell(watcher, status);
    };
    try {
      const last = await follow(model, requestId, { onStatus, signal });
      if (last?.status === "COMPLETED") return;
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof NoStream) {
        streamAgainAt = Date.now() + STREAM_AGAIN_AFTER_MS;
        continue;
      }
      const found = toProblem(error);
      // The upstream does not know this request. The server's record says what that means.
      if (found.code === "model_unavailable") return;
      // The server has too many streams open, but it still answers polls.
      if (found.code === "server_busy") streamAgainAt = Date.now() + STREAM_AGAIN_AFTER_MS;
      else onTrouble(found);
    }
    await untilWorthATry(Math.min(waitAfter(attempt), LONGEST_WAIT_MS), signal);
  }
}

function pollStatus(
  model: string,
  requestId: string,
  { onStatus, signal }: StatusOptions,
): Promise<QueueStatus> {
  return fal.queue.subscribeToStatus(model, {
    requestId,
    logs: true,
    pollInterval: POLL_EVERY_MS,
    abortSignal: signal,
    onQueueUpdate: onStatus,
  });
}

function tell({ onEvent, onLog, onTrouble }: Watcher, status: QueueStatus): void {
  onTrouble(undefined);
  onLog(toLog(status));
  const event = toEvent(status);
  if (event) onEvent(event);
}

function toEvent(status: QueueStatus): GenerationEvent | undefined {
  if (status.status === "IN_QUEUE") return { type: "in-line", position: status.queue_position };
  if (status.status === "IN_PROGRESS") return { type: "started" };
}

function toLog(status: QueueStatus): LogLine[] {
  const lines = "logs" in status ? status.logs : undefined;
  return (lines ?? []).map(({ timestamp, message }) => ({ at: timestamp, message }));
}
