import "server-only";
import { getLog } from "../../log";
import { readEnd } from "../../upstream/runs";
import { openStatusStream, type StatusBody } from "../../upstream/status-stream";
import type { Upstream } from "../../upstream/target";
import type { GenerationRecord } from "../records/record";
import { type ReportServices, report } from "../records/report";
import { upstreamOf } from "../records/upstream-of";
import { openRunLog, type RunLog } from "./run-log";
import { type AcceptedRecord, recordStatus, scheduleCheckNow } from "./status";

/** A run whose status the upstream streams to this server, over one stream for all listeners. */
export type FollowedRun = {
  /** Resolves when the upstream streams the status; rejects with the reason why it does not. */
  opened: Promise<void>;
  /** How many statuses have arrived, and the last of them, without its log. */
  count: number;
  status?: StatusBody;
  log: RunLog;
  /** No more statuses will arrive, because the run has ended or the connection has broken. */
  isOver: boolean;
  /** The line has broken. An upstream that ends its stream early has not broken it. */
  isBroken: boolean;
};

type Entry = {
  run: FollowedRun;
  listeners: Set<() => void>;
  controller: AbortController;
};

export type Following = { run: FollowedRun; leave(): void };

/** The status streams that this process has open at the upstream: one for each run, however many listen. */
export type RunStreams = {
  /**
   * Follows the upstream's status of a run and calls `onStatus` after each status. Returns `undefined` if the run has no
   * request yet or too many runs are followed. If the stream breaks, the watcher finds the end.
   */
  follow(record: GenerationRecord, onStatus?: () => void): Following | undefined;
  /** How many runs are followed now. */
  count(): number;
};

type FollowServices = ReportServices & { upstream: Upstream };

/** How long the stream stays open after the last listener has left, because a reloaded page comes back at once. */
const LINGER_MS = 3_000;
const MOST_FOLLOWED = 500;

export function openRunStreams(services: FollowServices): RunStreams {
  const entries = new Map<string, Entry>();

  function start(record: AcceptedRecord): Entry | undefined {
    if (entries.size >= MOST_FOLLOWED) return undefined;
    const entry = startFollowing(services, record, () => {
      if (entries.get(record.id) === entry) entries.delete(record.id);
    });
    entries.set(record.id, entry);
    return entry;
  }

  return {
    follow(record, onStatus = () => {}) {
      const { requestId } = record;
      if (requestId === undefined) return undefined;
      const entry = entries.get(record.id) ?? start({ ...record, requestId });
      return entry && listen(entry, onStatus);
    },
    count: () => entries.size,
  };
}

function listen({ run, listeners, controller }: Entry, onStatus: () => void): Following {
  // Each call gets its own listener, so a caller that listens twice has to leave twice.
  const listener = () => onStatus();
  listeners.add(listener);
  return {
    run,
    leave() {
      if (!listeners.delete(listener)) return;
      setTimeout(() => listeners.size === 0 && controller.abort(), LINGER_MS).unref();
    },
  };
}

function startFollowing(
  services: FollowServices,
  record: AcceptedRecord,
  onOver: () => void,
): Entry {
  const { promise: opened, resolve, reject } = Promise.withResolvers<void>();
  opened.catch(() => {});
  const entry: Entry = {
    run: { opened, count: 0, log: openRunLog(), isOver: false, isBroken: false },
    listeners: new Set(),
    controller: new AbortController(),
  };
  void followToEnd(services, record, entry, resolve)
    .catch((error: unknown) => {
      reject(error);
      entry.run.isBroken = true;
      if (!entry.controller.signal.aborted)
        getLog().info({ generation: record.id, reason: String(error) }, "a status stream broke");
    })
    .finally(() => {
      entry.run.isOver = true;
      onOver();
      tellListeners(entry);
    });
  return entry;
}

async function followToEnd(
  services: FollowServices,
  record: AcceptedRecord,
  entry: Entry,
  onOpen: () => void,
): Promise<void> {
  const upstream = await upstreamOf(services, record);
  const stream = await openStatusStream(record, upstream, entry.controller.signal);
  onOpen();
  for await (const { status, body } of stream) {
    const { logs, ...rest } = body;
    entry.run.log.add(logs);
    entry.run.status = rest;
    entry.run.count += 1;
    entry.run.isOver = status.status === "ended";
    tellListeners(entry);
    if (status.status === "ended") return recordEnd(services, record);
    await recordStatus(services, record, status).catch((error: unknown) => {
      // The listeners have received it; the watcher records it later.
      getLog().warn({ generation: record.id, err: error }, "a status could not be written down");
    });
  }
}

function tellListeners({ listeners }: Entry): void {
  for (const listener of listeners) listener();
}

/** Records the end at once. The watcher may do the same: several reports of one end do no harm. */
async function recordEnd(services: FollowServices, record: AcceptedRecord): Promise<void> {
  const end = await readEnd(record, await upstreamOf(services, record));
  if (end.type === "unheard") await scheduleCheckNow(services, record.id);
  else await report(services, record.id, end);
}
