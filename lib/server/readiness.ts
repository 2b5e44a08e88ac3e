import "server-only";
import type { Database } from "./database/database.ts";
import { findUnapplied } from "./database/migrate.ts";
import { noteServerSeen } from "./database/servers.ts";
import { checkStore } from "./media/checked-store.ts";
import type { MediaStore } from "./media/store.ts";
import { withDeadline } from "./process/deadline.ts";
import { vitalSigns } from "./process/vital-signs.ts";
import { requireRoom } from "./room.ts";

export type Part = "database" | "migrations" | "media" | "disk" | "watcher";
export type PartState = { ok: boolean; ms: number; reason?: string };
export type Report = Partial<Record<Part, PartState>>;
export type Readiness = { check(): Promise<Report> };

const CHECKED_WITHIN_MS = 2_500;
/** Everyone who asks within this time gets the same report. */
const FRESH_MS = 1_500;
/** A turn takes milliseconds, and there are two in a second. */
const TURNED_WITHIN_MS = 4_000;

type Checks = Partial<Record<Part, () => Promise<void>>>;

export function openReadiness({
  db,
  media,
  serverId,
  folders,
}: {
  db: Database;
  media: MediaStore;
  serverId: string;
  /** The folders that need free room. */
  folders: readonly string[];
}): Readiness {
  return openChecks({
    database: () => noteServerSeen(db, serverId),
    migrations: () => requireMigrated(db),
    media: () => checkStore(media),
    disk: async () => {
      for (const folder of new Set([...folders, media.scratchDir])) await requireRoom(folder);
    },
    watcher: async () => requireTurning(),
  });
}

/** Runs the checks at the same time. A check that hangs is not begun again before it has ended. */
export function openChecks(checks: Checks): Readiness {
  const hanging = new Set<Part>();
  let last: { report: Promise<Report>; at: number } | undefined;

  async function run(part: Part, check: () => Promise<void>): Promise<PartState> {
    const startedAt = performance.now();
    const taken = () => Math.round(performance.now() - startedAt);
    if (hanging.has(part)) return { ok: false, ms: 0, reason: "The check before has not ended" };
    hanging.add(part);
    const checked = check().finally(() => hanging.delete(part));
    try {
      await withDeadline(checked, CHECKED_WITHIN_MS, "it");
      return { ok: true, ms: taken() };
    } catch (error) {
      return { ok: false, ms: taken(), reason: error instanceof Error ? error.message : "" };
    }
  }

  async function runAll(): Promise<Report> {
    const parts = Object.entries(checks) as [Part, () => Promise<void>][];
    const states = await Promise.all(
      parts.map(async ([part, check]) => [part, await run(part, check)] as const),
    );
    return Object.fromEntries(states);
  }

  return {
    check() {
      if (!last || performance.now() - last.at > FRESH_MS)
        last = { report: runAll(), at: performance.now() };
      return last.report;
    },
  };
}

async function requireMigrated(db: Database): Promise<void> {
  const missing = await findUnapplied(db.query);
  if (missing.length > 0)
    throw new Error(`The tables lack ${missing.join(", ")}: the next start adds it`);
}

function requireTurning(): void {
  const { watcherTurnedAt } = vitalSigns();
  if (watcherTurnedAt === undefined) return;
  const ms = performance.now() - watcherTurnedAt;
  if (ms > TURNED_WITHIN_MS)
    throw new Error(`The watcher has read nothing for ${Math.round(ms / 1000)} s`);
}
