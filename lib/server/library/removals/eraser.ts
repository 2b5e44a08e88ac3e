import "server-only";
import type { Database } from "../../database/database";
import type { RemovalsTable } from "../../database/schema";
import { removeMedia } from "../../generations/archive/media-keys.ts";
import { getLog } from "../../log.ts";
import type { MediaStore } from "../../media/store";
import { withDeadline } from "../../process/deadline.ts";

export type Eraser = {
  /** Erases what is due; returns how many rows that were. */
  turn(): Promise<number>;
  start(): void;
  /** Erases no more; resolves when the turn that is under way has ended. */
  stop(): Promise<void>;
};

const TURN_EVERY_MS = 2_000;
const TURN_WITHIN_MS = 5 * 60_000;
const ERASED_AT_ONCE = 20;
/** By this much the clock of a server that undoes a removal may be slow. */
const CLOCKS_MS = 10_000;

/** Erases for good what was removed and not brought back in time. */
export function createEraser(services: { db: Database; media: MediaStore; now(): number }): Eraser {
  async function turn(): Promise<number> {
    const { db, now } = services;
    const due = await db.query
      .selectFrom("removals")
      .select(["id", "generation_id", "generation"])
      .where("erase_at", "<=", now() - CLOCKS_MS)
      .orderBy("erase_at")
      .limit(ERASED_AT_ONCE)
      .execute();
    for (const removal of due) await eraseRemoval(services, removal);
    return due.length;
  }

  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let underWay = Promise.resolve();

  async function run(): Promise<void> {
    let erased = 0;
    try {
      erased = await withDeadline(turn(), TURN_WITHIN_MS, "a turn of the eraser");
    } catch (error) {
      getLog().warn({ err: error }, "what was removed could not be erased; the server tries again");
    }
    if (isStopped) return;
    timer = setTimeout(start, erased === ERASED_AT_ONCE ? 0 : TURN_EVERY_MS).unref();
  }

  function start(): void {
    underWay = run();
  }

  return {
    turn,
    start,
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await underWay;
    },
  };
}

/** Erases what was removed, whether or not the time for an undo is over. May be repeated. */
export async function eraseRemoval(
  { db, media }: { db: Database; media: MediaStore },
  { id, generation_id, generation }: Pick<RemovalsTable, "id" | "generation_id" | "generation">,
): Promise<void> {
  if (generation !== null) await removeMedia({ media }, generation_id);
  // The row goes last, so that a server that dies meanwhile leaves the rest of the work to the next turn.
  await db.query
    .deleteFrom("removals")
    .where("id", "=", id)
    .where("generation_id", "=", generation_id)
    .execute();
}
