import "server-only";
import { getLog } from "../../log";
import { readEnd } from "../../upstream/runs";
import { openStatusStream, type StatusBody } from "../../upstream/status-stream";
import type { Upstream } from "../../upstream/target";
import { postponeChecks, setDueNow } from "../records/leases";
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
  isOpen: boolean;
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
  /** Whether the upstream streams the status of a run to this server now, so that nobody needs to ask for it. */
  isStreamed(id: string): boolean;
  /** Ends all streams and lets other servers check their runs at once. */
  endAll(): Promise<void>;
};

type FollowServices = ReportServices & { upstream: Upstream };

/** How long the stream stays open after the last listener has left, because a reloaded page comes back at once. */
const LINGER_MS = 3_000;
const MOST_FOLLOWED = 500;

/** While a run's status is streamed, no server asks for it. If this server dies, another one asks after this time. */
export const STREAMED_FOR_MS = 12_000;
const POSTPONED_EVERY_MS = 4_000;
/** A state that another server has recorded meanwhile is read again after this time. */
const KNOWN_FOR_MS = 30_000;

export function openRunStreams(services: FollowServices): RunStreams {
  const entries = new Map<string, Entry>();
  let postponing: NodeJS.Timeout | undefined;

  /** Postpones the checks of all streamed runs with one query, for as long as there are any. */
  function keepPostponing(): void {
    postponing ??= setInterval(() => {
      const ids = [...entries].flatMap(([id, { isOpen }]) => (isOpen ? id : []));
      if (entries.size === 0) {
        clearInterval(postponing);
        postponing = undefined;
      }
      if (ids.length > 0) void postpone(services, ids);
    }, POSTPONED_EVERY_MS).unref();
  }

  function start(record: AcceptedRecord): Entry | undefined {
    if (entries.size >= MOST_FOLLOWED) return undefined;
    const entry = startFollowing(services, record, () => {
      if (entries.get(record.id) === entry) entries.delete(record.id);
    });
    entries.set(record.id, entry);
    keepPostponing();
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
    isStreamed: (id) => entries.get(id)?.isOpen ?? false,
    async endAll() {
      const open = [...entries].filter(([, { isOpen }]) => isOpen);
      for (const [, entry] of open) entry.isOpen = false;
      for (const { controller } of entries.values()) controller.abort();
      const { db, now } = services;
      await setDueNow(
        db,
        open.map(([id]) => id),
        now(),
      );
    },
  };
}

async function postpone({ db, now }: FollowServices, ids: readonly string[]): Promise<void> {
  const [at, until] = [now(), now() + STREAMED_FOR_MS];
  await postponeChecks(db, ids, { now: at, until }).catch((error: unknown) => {
    // The checks that were not postponed do no harm.
    getLog().warn({ err: error }, "the checks of streamed runs could not be postponed");
  });
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
    isOpen: false,
  };
  const onOpen = () => {
    entry.isOpen = true;
    resolve();
  };
  void followToEnd(services, record, entry, onOpen)
    .catch((error: unknown) => {
      reject(error);
      entry.run.isBroken = true;
      if (!entry.controller.signal.aborted)
        getLog().info({ generation: record.id, reason: String(error) }, "a status stream broke");
    })
    .finally(() => {
      const isUnfinished = entry.isOpen && !isEnded(entry.run);
      entry.isOpen = false;
      entry.run.isOver = true;
      onOver();
      // Its check was postponed because the stream would tell the end.
      if (isUnfinished) void checkSoon(services, record);
      tellListeners(entry);
    });
  return entry;
}

function isEnded({ status }: FollowedRun): boolean {
  return status?.status === "COMPLETED";
}

async function checkSoon(services: FollowServices, { id }: AcceptedRecord): Promise<void> {
  await scheduleCheckNow(services, id).catch((error: unknown) => {
    getLog().warn({ generation: id, err: error }, "a check could not be brought forward");
  });
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
  let known = record;
  let knownSince = services.now();
  for await (const { status, body } of stream) {
    const { logs, ...rest } = body;
    entry.run.log.add(logs);
    entry.run.status = rest;
    entry.run.count += 1;
    entry.run.isOver = status.status === "ended";
    tellListeners(entry);
    if (status.status === "ended") return recordEnd(services, record);
    try {
      const isKnownLately = services.now() - knownSince < KNOWN_FOR_MS;
      const state = await recordStatus(services, isKnownLately ? known : record, status);
      known = { ...record, state };
      if (!isKnownLately) knownSince = services.now();
    } catch (error) {
      // The listeners have received it; the watcher records it later.
      getLog().warn({ generation: record.id, err: error }, "a status could not be written down");
    }
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
