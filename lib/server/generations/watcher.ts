import "server-only";
import { getLog } from "../log";
import type { Services } from "../services";
import { LONGEST_WAIT_MS, planNextLook, takeDue, underLease } from "./leases";
import { look } from "./look";
import type { GenerationRecord } from "./records";

export type Watcher = {
  /** Takes what is due and looks at all of it; returns how many that were. */
  turn(): Promise<number>;
  start(): void;
  /** Takes no more; resolves when what is under way has ended. */
  stop(): Promise<void>;
};

const AT_ONCE = 8;
const TURN_EVERY_MS = 500;
const FIRST_WAIT_MS = 1_000;
const LONGEST_POLL_WAIT_MS = 10_000;

/** Follows every generation to its end, whoever else looks; several servers share the work by leases. */
export function createWatcher(services: Services): Watcher {
  const underWay = new Set<Promise<void>>();
  let isStopped = false;
  let wakeUp = () => {};

  async function takeAll(): Promise<Promise<void>[]> {
    const limit = AT_ONCE - underWay.size;
    if (limit <= 0) return [];
    const { db, serverId, now } = services;
    const due = await takeDue(db, { holder: serverId, now: now(), limit });
    return due.map((record) => {
      const looking = lookUnderLease(services, record).finally(() => {
        underWay.delete(looking);
        wakeUp();
      });
      underWay.add(looking);
      return looking;
    });
  }

  async function run() {
    while (!isStopped) {
      const taken = await takeAll().catch((error: unknown) => {
        getLog().error({ err: error }, "the watcher could not read the records");
        return [];
      });
      if (taken.length > 0 && underWay.size < AT_ONCE) continue;
      const { promise, resolve } = Promise.withResolvers<void>();
      wakeUp = resolve;
      const timer = setTimeout(resolve, TURN_EVERY_MS);
      await promise;
      clearTimeout(timer);
    }
  }

  return {
    async turn() {
      const taken = await takeAll();
      await Promise.all(taken);
      return taken.length;
    },
    start() {
      services.wake = () => wakeUp();
      void run();
    },
    async stop() {
      isStopped = true;
      wakeUp();
      await Promise.all(underWay);
    },
  };
}

async function lookUnderLease(services: Services, record: GenerationRecord): Promise<void> {
  const { db, now } = services;
  try {
    await underLease(services, record.id, async () => {
      try {
        await look(services, record);
      } catch (error) {
        // Nobody is at fault who could be told: the upstream or the database is away for the moment.
        getLog().warn({ generation: record.id, err: error }, "a look at a generation failed");
      }
      await planNextLook(db, record, now() + waitAfter(record));
    });
  } catch (error) {
    getLog().warn({ generation: record.id, err: error }, "the next look could not be planned");
  }
}

/** Longer each time: a poll soon finds nothing new, and a file host that is down stays so for a while. */
function waitAfter({ state, checks }: GenerationRecord): number {
  return state.status === "archiving"
    ? Math.min(FIRST_WAIT_MS * 2 ** checks, LONGEST_WAIT_MS)
    : Math.min(FIRST_WAIT_MS * 1.25 ** checks, LONGEST_POLL_WAIT_MS);
}
