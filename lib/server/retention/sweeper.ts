import "server-only";
import { setImmediate } from "node:timers/promises";
import type { Database } from "../database/database.ts";
import type { Changes } from "../generations/records/changes.ts";
import { writeRemoveAt } from "../generations/records/update.ts";
import { removeGenerations } from "../library/removals/removals.ts";
import { getLog } from "../log.ts";
import { type Limits, planRemovals } from "./plan.ts";
import { readStored } from "./stored.ts";

export type Sweeper = {
  /** Announces what goes next, and removes what was announced and is due. Returns how many it removed. */
  turn(): Promise<number>;
  start(): void;
  /** Begins nothing more; resolves when what is under way has ended. */
  stop(): Promise<void>;
};

const FIRST_AFTER_MS = 60_000;
const TURN_EVERY_MS = 60 * 60_000;

/** Removes what is older or larger than the operator permits, after its owner could see it coming. */
export function createSweeper(
  services: { db: Database; changes: Changes; now(): number },
  limits: Limits,
): Sweeper {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let underWay = Promise.resolve();

  async function turn(): Promise<number> {
    const { db, changes, now } = services;
    const stored = await readStored(db);
    const plan = planRemovals(stored, limits, now());
    const due = new Map<string, string[]>();
    for (const { id, owner, removeAt } of stored) {
      if (isStopped) return 0;
      const at = plan.get(id);
      if (at !== removeAt) {
        await writeRemoveAt(db, id, at, now());
        changes.announce({ owner, id });
        await setImmediate();
      } else if (at !== undefined && at <= now()) due.set(owner, [...(due.get(owner) ?? []), id]);
    }
    let removed = 0;
    for (const [owner, ids] of due) {
      if (isStopped) break;
      const removal = await removeGenerations(services, owner, ids);
      removed += removal.ids.length;
    }
    if (removed > 0) getLog().info({ removed }, "videos were removed that are over the limits");
    return removed;
  }

  async function run(): Promise<void> {
    try {
      await turn();
    } catch (error) {
      getLog().warn({ err: error }, "what is over the limits could not be removed");
    }
    if (!isStopped) schedule(TURN_EVERY_MS);
  }

  function schedule(afterMs: number): void {
    timer = setTimeout(() => {
      underWay = run();
    }, afterMs).unref();
  }

  return {
    turn,
    start: () => schedule(FIRST_AFTER_MS),
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await underWay;
    },
  };
}
