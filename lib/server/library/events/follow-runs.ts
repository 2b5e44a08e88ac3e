import "server-only";
import { isWaiting } from "@/lib/generation";
import type { Database } from "../../database/database";
import { listRuns } from "../../generations/records/find";
import type { RunStreams } from "../../generations/watch/follow";
import { getLog } from "../../log";
import type { LibraryEvent } from "./event";

export type RunsFollowed = {
  /** Notes a change of a run: follows a new one, and leaves one that has ended. */
  see(event: LibraryEvent): void;
  leave(): void;
};

/** The watcher finds the ends of the other runs, somewhat later. */
const MOST_FOLLOWED = 8;

/** Follows an owner's runs at the upstream for as long as a client has the library open. */
export function followRuns(
  { db, runStreams }: { db: Database; runStreams: RunStreams },
  owner: string,
): RunsFollowed {
  const followed = new Map<string, () => void>();
  let isLeft = false;

  const see: RunsFollowed["see"] = (event) => {
    const { id } = event;
    const isRun = event.type === "generation" && isWaiting(event.record.state);
    if (!isRun) {
      followed.get(id)?.();
      followed.delete(id);
    } else if (!isLeft && !followed.has(id) && followed.size < MOST_FOLLOWED) {
      const following = runStreams.follow(event.record);
      if (following) followed.set(id, following.leave);
    }
  };

  listRuns(db, owner, MOST_FOLLOWED)
    .then((records) => {
      for (const record of records)
        see({ type: "generation", id: record.id, at: record.changedAt, record });
    })
    .catch((error: unknown) => {
      getLog().warn({ err: error }, "the runs of a library could not be read");
    });

  return {
    see,
    leave() {
      isLeft = true;
      for (const leave of followed.values()) leave();
      followed.clear();
    },
  };
}
