import "server-only";
import { getLog } from "../../log";
import { withDeadline } from "../../process/deadline";
import { inBatches } from "../../process/in-batches";
import { vitalSigns } from "../../process/vital-signs";
import { webhookAddress } from "../../upstream/webhook";
import { type DownloadSlot, openDownloadSlots } from "../archive/download-slots";
import { isPictureWanted, storePictureIfPossible } from "../archive/picture";
import {
  claimDue,
  type EndedCheck,
  endChecks,
  type LaneOutlook,
  LONGEST_WAIT_MS,
  readOutlook,
  whileRenewing,
} from "../records/leases";
import type { GenerationRecord, Lane } from "../records/record";
import { type CheckServices, checkRun } from "./check-run";
import { type RunStreams, STREAMED_FOR_MS } from "./follow";

export type Watcher = {
  /** Claims the due generations of each lane and checks all of them; returns how many there were. */
  turn(): Promise<number>;
  start(): void;
  /** Claims no more; resolves when the checks that are running have ended. */
  stop(): Promise<void>;
};

export type WatchServices = CheckServices & { runStreams: RunStreams };

const POLLS_AT_ONCE = 32;
const ENDED_IN_ONE_QUERY = 100;
/** Another server may have left something behind, so the records are looked at even if nothing is known to be due. */
const LOOK_EVERY_MS = 1_500;
/** Claims wait for as much room as this, or as long as this, so that one claim finds many generations. */
const ROOM_FOR_MANY = POLLS_AT_ONCE / 4;
const CLAIM_EVERY_MS = 100;
const AFTER_FAILURE_MS = 500;
const MOST_PICTURES_WAITING = 500;
const FIRST_WAIT_MS = 1_000;
const LONGEST_POLL_WAIT_MS = 10_000;
/** Without a webhook only a poll finds the end, so polls are as frequent as the number of runs allows. */
const SHORTEST_LONG_WAIT_MS = 4_000;
const WAIT_FOR_EACH_RUN_MS = 15;

// This is the last resort. Each wait of a check has its own deadline, but a check that misses them must not keep its place.
const CLAIMED_WITHIN_MS = 10_000;
const CHECKED_WITHIN_MS: Record<Lane, number> = { poll: 60_000, download: 20 * 60_000 };
const PLANNED_WITHIN_MS = 10_000;

/**
 * Follows every generation to its end, also if nobody else asks; several servers share the work by leases. Polls and
 * downloads have a lane each, and a lane claims no more than it has room for.
 */
export function createWatcher(services: WatchServices): Watcher {
  const { serverId, now } = services;
  const underWay = new Set<Promise<void>>();
  const slots = openDownloadSlots();
  const pictures = new Set<string>();
  const waitingPictures = new Map<string, GenerationRecord>();
  const outlook: Record<Lane, LaneOutlook> = {
    poll: { dueAt: 0, count: 0 },
    download: { dueAt: 0, count: 0 },
  };
  let polls = 0;
  let claimedPollsAt = Number.NEGATIVE_INFINITY;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let isStopped = false;
  let wakeUp = () => {};
  let stopListening = () => {};

  const endCheck = inBatches((ended: EndedCheck[]) => endChecks(services.db, serverId, ended), {
    most: ENDED_IN_ONE_QUERY,
  });

  /** Notes that something can be claimed from `at` on. */
  function expect(lane: Lane, at: number): void {
    if (at >= outlook[lane].dueAt) return;
    outlook[lane].dueAt = at;
    wakeUp();
  }

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
    const due = claimDue(services.db, { holder: serverId, now: now(), lane, limit, exceptOwners });
    return withDeadline(due, CLAIMED_WITHIN_MS, "the claim of what is due");
  }

  async function claimPolls(): Promise<Promise<void>[]> {
    const limit = POLLS_AT_ONCE - polls;
    if (limit <= 0) return [];
    claimedPollsAt = now();
    outlook.poll.dueAt = Number.POSITIVE_INFINITY;
    const due = await claim("poll", limit).catch((error) => failLater("poll", error));
    if (due.length === limit) expect("poll", claimedPollsAt);
    polls += due.length;
    return due.map((record) => {
      const checking = check(record, "poll").then(() => startPicture(record));
      return track(checking, () => {
        polls -= 1;
      });
    });
  }

  async function claimDownloads(): Promise<Promise<void>[]> {
    const claimed: Promise<void>[] = [];
    for (let slot = slots.acquire(); slot; slot = slots.acquire()) {
      outlook.download.dueAt = Number.POSITIVE_INFINITY;
      const record = await claimDownload(slot).catch((error) => failLater("download", error));
      if (!record) return claimed;
      const { release } = slot;
      const downloading = check(record, "download");
      claimed.push(
        track(downloading, () => {
          release();
          fillFreeSlot();
        }),
      );
    }
    expect("download", now());
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

  function failLater(lane: Lane, error: unknown): never {
    expect(lane, now() + AFTER_FAILURE_MS);
    throw error;
  }

  async function check(record: GenerationRecord, lane: Lane): Promise<void> {
    try {
      await whileRenewing(services, record.id, () => checkInTime(record, lane));
      const nextAt = now() + waitAfter(record);
      const ended = endCheck({ record, nextAt });
      await withDeadline(ended, PLANNED_WITHIN_MS, "the plan of the next check");
      expect(lane, nextAt);
    } catch (error) {
      getLog().warn({ generation: record.id, err: error }, "the next check could not be planned");
    }
  }

  async function checkInTime(record: GenerationRecord, lane: Lane): Promise<void> {
    // Its stream tells this server everything that a question would.
    if (isAccepted(record) && services.runStreams.isStreamed(record.id)) return;
    try {
      await withDeadline(checkRun(services, record), CHECKED_WITHIN_MS[lane], "a check");
    } catch (error) {
      // The upstream or the database is unavailable for the moment, and there is nobody to report that to.
      getLog().warn({ generation: record.id, err: error }, "a check of a generation failed");
    }
  }

  /** Waits longer each time, because a poll soon finds nothing new and a file host that is down stays down for a while. */
  function waitAfter({ id, state, checks }: GenerationRecord): number {
    if (state.status === "archiving") return Math.min(FIRST_WAIT_MS * 2 ** checks, LONGEST_WAIT_MS);
    if (services.runStreams.isStreamed(id)) return STREAMED_FOR_MS;
    const hasWebhook = webhookAddress(id, services.upstream) !== undefined;
    const longest = Math.max(SHORTEST_LONG_WAIT_MS, WAIT_FOR_EACH_RUN_MS * outlook.poll.count);
    return Math.min(
      Math.round(FIRST_WAIT_MS * 1.25 ** checks),
      hasWebhook ? LONGEST_POLL_WAIT_MS : Math.min(longest, LONGEST_POLL_WAIT_MS),
    );
  }

  /** Needs no lease, because two servers that store the same picture do no harm. Without room it waits for a slot. */
  function startPicture(record: GenerationRecord): void {
    const { id, owner } = record;
    if (isStopped || !isPictureWanted(record) || pictures.has(id)) return;
    const slot = slots.fullOwners().includes(owner) ? undefined : slots.acquire();
    if (!slot) {
      if (waitingPictures.size < MOST_PICTURES_WAITING) waitingPictures.set(id, record);
      return;
    }
    waitingPictures.delete(id);
    slot.assign(owner);
    pictures.add(id);
    track(storePictureIfPossible(services, record), () => {
      slot.release();
      pictures.delete(id);
      fillFreeSlot();
    });
  }

  /** The pictures that wait come first, because they are small and a video without its picture needs it anyway. */
  function fillFreeSlot(): void {
    // An owner may have more of them, which were not claimed because of the one that has ended.
    expect("download", now());
    for (const record of waitingPictures.values()) {
      if (!slots.hasRoom()) return;
      startPicture(record);
    }
  }

  async function look(): Promise<void> {
    lookedAt = now();
    const read = readOutlook(services.db, now());
    const found = await withDeadline(read, CLAIMED_WITHIN_MS, "the look at what is due");
    outlook.poll = found.poll;
    outlook.download = found.download;
  }

  /** Returns what this server can claim now. */
  function findWork(): (() => Promise<unknown>)[] {
    const work: (() => Promise<unknown>)[] = [];
    if (msUntilPolls() <= 0) work.push(claimPolls);
    if (outlook.download.dueAt <= now() && slots.hasRoom()) work.push(claimDownloads);
    return work;
  }

  function msUntilPolls(): number {
    const room = POLLS_AT_ONCE - polls;
    if (room === 0) return Number.POSITIVE_INFINITY;
    const { dueAt } = outlook.poll;
    const isRoomForMany = room >= ROOM_FOR_MANY;
    return Math.max(dueAt, isRoomForMany ? 0 : claimedPollsAt + CLAIM_EVERY_MS) - now();
  }

  function msUntilWork(): number {
    const untilDownloads = slots.hasRoom() ? outlook.download.dueAt - now() : LOOK_EVERY_MS;
    const untilLook = LOOK_EVERY_MS - Math.abs(now() - lookedAt);
    return Math.max(0, Math.min(msUntilPolls(), untilDownloads, untilLook, LOOK_EVERY_MS));
  }

  async function takeTurn(): Promise<void> {
    // A clock that was set back must not stop the looks.
    const looking = Math.abs(now() - lookedAt) >= LOOK_EVERY_MS ? [look()] : [];
    const looks = await Promise.allSettled(looking);
    const claims = await Promise.allSettled(findWork().map((claimWork) => claimWork()));
    const failures = [...looks, ...claims].filter(({ status }) => status === "rejected");
    if (failures.length === 0) vitalSigns().watcherTurnedAt = performance.now();
    for (const failure of failures)
      getLog().error(
        { err: (failure as PromiseRejectedResult).reason },
        "the watcher could not read the records",
      );
  }

  async function run() {
    while (!isStopped) {
      const { promise, resolve } = Promise.withResolvers<void>();
      wakeUp = resolve;
      // Each claimed generation wakes this loop when it ends, because its lane then has room again.
      await takeTurn();
      const timer = setTimeout(resolve, msUntilWork());
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
      stopListening = services.due.listen(expect);
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

function isAccepted({ state }: GenerationRecord): boolean {
  return state.status === "queued" || state.status === "running";
}
