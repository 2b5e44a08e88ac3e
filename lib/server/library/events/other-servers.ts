import "server-only";
import { setTimeout as delay } from "node:timers/promises";
import { sql } from "kysely";
import type { Database } from "../../database/database";
import { NoNoticesError, openListener } from "../../database/listen";
import { retryWhileUnavailable } from "../../database/retry";
import { getLog } from "../../log";
import { markRevoked } from "../../sessions/revoked-sessions";
import { openChangedRows } from "./changed-rows";
import type { LibraryEvents } from "./library-events";

export type OtherServers = {
  /** Whether notices from Postgres arrive. */
  isListening(): boolean;
  stop(): Promise<void>;
};

const READ_EVERY_MS = 1_000;
const PATIENCE_MS = 5_000;
/** The server notices a dead connection after this time at the latest. */
const NOTICED_WITHIN_MS = 30_000;

/**
 * Receives the changes that other servers write to the same Postgres: at once by its notices or, if those do not arrive, by
 * reading each second what has changed. `url` leads to Postgres without a pooler.
 */
export function followOtherServers(
  { db, libraryEvents, now }: { db: Database; libraryEvents: LibraryEvents; now(): number },
  url: string,
): OtherServers {
  const rows = openChangedRows(db);
  let readSince = now();
  let reading: AbortController | undefined;

  /** Throws the database's errors. */
  async function readChanges(): Promise<void> {
    const startedAt = now();
    // A client reads the library when it opens it, so it has the earlier changes already.
    if (libraryEvents.hasReaders())
      for (const change of await rows.read(readSince)) libraryEvents.tell(change);
    readSince = startedAt;
  }

  async function readEachSecond(signal: AbortSignal): Promise<void> {
    let isAway = false;
    while (!signal.aborted) {
      try {
        await readChanges();
        isAway = false;
      } catch (error) {
        if (!isAway) getLog().warn({ err: error }, "changes by other servers could not be read");
        isAway = true;
      }
      await delay(READ_EVERY_MS, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  function startReading(): void {
    reading = new AbortController();
    void readEachSecond(reading.signal);
  }

  startReading();
  let isDownLogged = false;
  const listener = openListener({
    url,
    channels: ["firstframe_library", "firstframe_sessions"],
    notify: async (channel, payload) => {
      await sql`select pg_notify(${channel}, ${payload})`.execute(db.query);
    },
    onNotice(channel, payload) {
      if (channel === "firstframe_sessions") return markRevoked(payload);
      const [owner, id] = payload.split(" ");
      if (owner && id) libraryEvents.tell({ owner, id });
    },
    onUp() {
      getLog().info("changes by other servers arrive as notices");
      isDownLogged = false;
      reading?.abort();
      reading = undefined;
      // Nobody has reported the changes between the last reading and now.
      retryWhileUnavailable(readChanges, PATIENCE_MS).catch((error: unknown) => {
        getLog().warn({ err: error }, "changes by other servers could not be read");
      });
    },
    onDown(error) {
      if (!isDownLogged) logDown(error);
      isDownLogged = true;
      if (reading) return;
      readSince = now() - NOTICED_WITHIN_MS;
      startReading();
    },
  });
  return {
    isListening: () => reading === undefined,
    async stop() {
      reading?.abort();
      await listener.stop();
    },
  };
}

function logDown(error: unknown): void {
  const why =
    error instanceof NoNoticesError
      ? "DATABASE_URL leads to a pooler that passes no notices on: DATABASE_DIRECT_URL may lead past it"
      : "the connection for notices broke";
  getLog().warn({ reason: String(error) }, `${why}. Changes by other servers are read each second`);
}
