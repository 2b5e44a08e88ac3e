import "server-only";
import { getLog } from "../../log";
import { withDeadline } from "../../process/deadline";
import { vitalSigns } from "../../process/vital-signs";
import { type DownloadSlot, openDownloadSlots } from "../archive/download-slots";
import { isPictureWanted, storePictureIfPossible } from "../archive/picture";
import { claimDue, LONGEST_WAIT_MS, planNextCheck, underLease } from "../records/leases";
import type { GenerationRecord, Lane } from "../records/record";
import { type CheckServices, checkRun } from "./check-run";

export type Watcher = {
  /** Claims the due generations of each lane and checks all of them; returns how many there were. */
  turn(): Promise<number>;
  start(): void;
  /** Claims no more; resolves when the checks that are running have ended. */
  stop(): Promise<void>;
};

const POLLS_AT_ONCE = 8;
const TURN_EVERY_MS = 500;
const FIRST_WAIT_MS = 1_000;
const LONGEST_POLL_WAIT_MS = 10_000;

// This is the last resort. Each wait of a check has its own deadline, but a check that misses them must not keep its place.
const CLAIMED_WITHIN_MS = 10_000;
const CHECKED_WITHIN_MS: Record<Lane, number> = { poll: 60_000, download: 20 * 60_000 };
const PLANNED_WITHIN_MS = 10_000;

/**
 * Follows every generation to its end, also if nobody else asks; several servers share the work by leases. Polls and
 * downloads have a lane each, and a lane claims no more than it has room for.
 */
export function createWatcher(services: CheckServices): Watcher {
  const underWay = new Set<Promise<void>>();
  const slots = openDownloadSlots();
  const pictures = new Set<string>();
  let polls = 0;
  let isStopped = false;
  let wakeUp = () => {};
  let stopListening = () => {};

  function track(work: Promise<void>, done: () => void): Promise<void> {
    const tracked = work.finally(() => {
      done();
      underWay.delete(tracked);
      wakeUp();
    });
    underWay.add(tracked);
    return tracked;
  }

  function claim(lane: Lane, limit: number, exceptOwners: string[] = []) {
    const { db, serverId, now } = services;
    const due = claimDue(db, { holder: serverId, now: now(), lane, limit, exceptOwners });
    return withDeadline(due, CLAIMED_WITHIN_MS, "the claim of what is due");
  }

  async function claimPolls(): Promise<Promise<void>[]> {
    const limit = POLLS_AT_ONCE - polls;
    if (limit <= 0) return [];
    const due = await claim("poll", limit);
    polls += due.length;
    return due.map((record) => {
      const checking = checkUnderLease(services, record, "poll").then(() => startPicture(record));
      return track(checking, () => {
        polls -= 1;
      });
    });
  }

  async function claimDownloads(): Promise<Promise<void>[]> {
    const claimed: Promise<void>[] = [];
    for (let slot = slots.acquire(); slot; slot = slots.acquire()) {
      const record = await claimDownload(slot);
      if (!record) break;
      claimed.push(track(checkUnderLease(services, record, "download"), slot.release));
    }
    return claimed;
  }

  async function claimDownload(slot: DownloadSlot): Promise<GenerationRecord | undefined> {
    let record: GenerationRecord | undefined;
    try {
      [record] = await claim("download", 1, slots.fullOwners());
      if (record) slot.assign(record.owner);
      return record;
    } finally {
      if (!record) slot.release();
    }
  }

  /** Needs no lease, because two servers that store the same picture do no harm. Without room, a later check is soon enough. */
  function startPicture(record: GenerationRecord): void {
    const { id, owner } = record;
    if (!isPictureWanted(record) || pictures.has(id)) return;
    const slot = slots.fullOwners().includes(owner) ? undefined : slots.acquire();
    if (!slot) return;
    slot.assign(owner);
    pictures.add(id);
    track(storePictureIfPossible(services, record), () => {
      slot.release();
      pictures.delete(id);
    });
  }

  async function claimAll(): Promise<number> {
    const lanes = await Promise.allSettled([claimPolls(), claimDownloads()]);
    if (lanes.every(({ status }) => status === "fulfilled"))
      vitalSigns().watcherTurnedAt = performance.now();
    for (const lane of lanes) {
      if (lane.status === "rejected")
        getLog().error({ err: lane.reason }, "the watcher could not read the records");
    }
    return lanes.reduce(
      (sum, lane) => sum + (lane.status === "fulfilled" ? lane.value.length : 0),
      0,
    );
  }

  async function run() {
    while (!isStopped) {
      const { promise, resolve } = Promise.withResolvers<void>();
      wakeUp = resolve;
      // Each claimed generation wakes this loop when it ends, because its lane then has room again.
      await claimAll();
      const timer = setTimeout(resolve, TURN_EVERY_MS);
      await promise;
      clearTimeout(timer);
    }
  }

  return {
    async turn() {
      const polled = await claimPolls();
      await Promise.all(polled);
      const downloads = await claimDownloads();
      await Promise.all(downloads);
      return polled.length + downloads.length;
    },
    start() {
      vitalSigns().watcherTurnedAt = performance.now();
      stopListening = services.due.listen(() => wakeUp());
      void run();
    },
    async stop() {
      isStopped = true;
      stopListening();
      wakeUp();
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}

async function checkUnderLease(
  services: CheckServices,
  record: GenerationRecord,
  lane: Lane,
): Promise<void> {
  const { db, now } = services;
  try {
    await underLease(services, record.id, async () => {
      try {
        await withDeadline(checkRun(services, record), CHECKED_WITHIN_MS[lane], "a check");
      } catch (error) {
        // The upstream or the database is unavailable for the moment, and there is nobody to report that to.
        getLog().warn({ generation: record.id, err: error }, "a check of a generation failed");
      }
      const planned = planNextCheck(db, record, now() + waitAfter(record));
      await withDeadline(planned, PLANNED_WITHIN_MS, "the plan of the next check");
    });
  } catch (error) {
    getLog().warn({ generation: record.id, err: error }, "the next check could not be planned");
  }
}

/** Waits longer each time, because a poll soon finds nothing new and a file host that is down stays down for a while. */
function waitAfter({ state, checks }: GenerationRecord): number {
  return state.status === "archiving"
    ? Math.min(FIRST_WAIT_MS * 2 ** checks, LONGEST_WAIT_MS)
    : Math.min(Math.round(FIRST_WAIT_MS * 1.25 ** checks), LONGEST_POLL_WAIT_MS);
}
