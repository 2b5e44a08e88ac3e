import "server-only";
import { getLog } from "../../log";
import { type RunStatus, readEnd } from "../../upstream/runs";
import { streamStatus } from "../../upstream/status-stream";
import type { Upstream } from "../../upstream/target";
import type { GenerationRecord } from "../records/records";
import { type ReportServices, report } from "../records/report";
import { upstreamOf } from "../records/upstream-of";
import { type AcceptedRecord, hastenLook, takeDown } from "./status";

/** A run whose status the upstream tells by itself, and how many wait for it. */
export type Followed = { waiting: number; controller: AbortController };

export type FollowServices = ReportServices & {
  upstream: Upstream;
  /** By generation. */
  followed: Map<string, Followed>;
};

/** Who waits asks again after each answer: the stream stays for so long. */
const LINGER_MS = 3_000;

/**
 * Has the upstream tell when the run ends, over one stream however many wait. Returns how to leave. When the stream
 * fails, the end is found by asking, as ever.
 */
export function followRun(
  services: FollowServices,
  record: GenerationRecord,
): (() => void) | undefined {
  const { requestId } = record;
  if (requestId === undefined) return undefined;
  const { followed } = services;
  const known = followed.get(record.id);
  const entry = known ?? { waiting: 0, controller: new AbortController() };
  entry.waiting += 1;
  if (!known) {
    followed.set(record.id, entry);
    void followToEnd(services, { ...record, requestId }, entry.controller.signal).finally(() => {
      if (followed.get(record.id) === entry) followed.delete(record.id);
    });
  }
  return () => {
    entry.waiting -= 1;
    setTimeout(() => entry.waiting === 0 && entry.controller.abort(), LINGER_MS).unref();
  };
}

async function followToEnd(services: FollowServices, record: AcceptedRecord, signal: AbortSignal) {
  try {
    const upstream = await upstreamOf(services, record);
    for await (const status of streamStatus(record, upstream, signal)) {
      if (status.status === "ended") return await takeEnd(services, record);
      await takeDown(services, record, status satisfies RunStatus);
    }
  } catch (error) {
    if (!signal.aborted)
      getLog().info({ generation: record.id, reason: String(error) }, "a status stream broke off");
  }
}

/** At once, beside whatever the watcher does: any number may report the same end. */
async function takeEnd(services: FollowServices, record: AcceptedRecord) {
  const end = await readEnd(record, await upstreamOf(services, record));
  if (end.type === "unheard") await hastenLook(services, record.id);
  else await report(services, record.id, end);
}
