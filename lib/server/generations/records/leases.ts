import "server-only";
import { hostname } from "node:os";
import { sql } from "kysely";
import type { Database } from "../../database/database";
import { getLog } from "../../log";
import { withDeadline } from "../../process/deadline";
import { type GenerationRecord, type Lane, toRecord } from "./record";

/** A server that died holds its leases for this long at most. */
export const LEASE_MS = 30_000;
const RENEWED_EVERY_MS = LEASE_MS / 3;
/** No check is ever planned further ahead. */
export const LONGEST_WAIT_MS = 10 * 60_000;

export type LeaseServices = {
  db: Database;
  /** The name of this process in its leases. */
  serverId: string;
  now(): number;
};

/** A name for this process that other processes of this machine can look up. */
export function makeServerId(): string {
  return `${hostname()}:${process.pid}:${crypto.randomUUID()}`;
}

/** Releases the leases of processes of this machine that have ended, so that a restart need not wait. */
export async function releaseLeasesOfTheDead({
  db,
  serverId,
}: Pick<LeaseServices, "db" | "serverId">): Promise<void> {
  const holders = await db.query
    .selectFrom("generations")
    .select("lease_holder")
    .distinct()
    .where("check_at", "is not", null)
    .where("lease_holder", "is not", null)
    .execute();
  const dead = holders.flatMap(({ lease_holder: holder }) =>
    holder && isDead(holder, serverId) ? holder : [],
  );
  if (dead.length === 0) return;
  await db.query
    .updateTable("generations")
    .set({ lease_holder: null, lease_until: null })
    .where("lease_holder", "in", dead)
    .execute();
}

/** Whether a server of this machine has ended without a word. */
export function isDead(holder: string, serverId: string): boolean {
  const [host, pid] = holder.split(":");
  if (host !== hostname() || holder === serverId) return false;
  // In a container every process may have had the same process id.
  return Number(pid) === process.pid || !isRunning(Number(pid));
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

type Claim = {
  holder: string;
  now: number;
  lane: Lane;
  limit: number;
  exceptOwners?: string[];
};

/** Claims up to `limit` due generations of a lane that no other server holds. */
export async function claimDue(db: Database, claim: Claim): Promise<GenerationRecord[]> {
  const rows = await dueQuery(db, claim).execute();
  return rows.map(toRecord);
}

/** The query of `claimDue`. It reads an index of unfinished generations only, so ended ones do not slow it down. */
export function dueQuery(
  { kind, query }: Pick<Database, "kind" | "query">,
  { holder, now, lane, limit, exceptOwners = [] }: Claim,
) {
  return query
    .updateTable("generations")
    .set({ lease_holder: holder, lease_until: now + LEASE_MS })
    .where("id", "in", (due) =>
      due
        .selectFrom("generations")
        .select("id")
        .where("lane", "=", lane)
        .where("check_at", "is not", null)
        .$if(exceptOwners.length > 0, (rows) => rows.where("owner", "not in", exceptOwners))
        .where(({ eb, or }) =>
          // A time further ahead than any planned check was written before the clock was set back, so it counts as due.
          or([eb("check_at", "<=", now), eb("check_at", ">", now + LONGEST_WAIT_MS)]),
        )
        .where(({ eb, or }) =>
          or([
            eb("lease_until", "is", null),
            eb("lease_until", "<=", now),
            eb("lease_until", ">", now + LEASE_MS),
          ]),
        )
        .orderBy("check_at")
        .limit(limit)
        .$if(kind === "postgres", (rows) => rows.forUpdate().skipLocked()),
    )
    .returningAll();
}

/** Does long work under a lease that the caller holds, renews the lease meanwhile, and releases it afterwards. */
export async function underLease<T>(
  services: LeaseServices,
  id: string,
  work: () => Promise<T>,
): Promise<T> {
  const { db, serverId } = services;
  try {
    return await whileRenewing(services, id, work);
  } finally {
    const released = releaseLease(db, { id, holder: serverId });
    await withDeadline(released, RENEWED_EVERY_MS, "the release of a lease").catch(
      (error: unknown) => {
        getLog().warn(
          { generation: id, err: error },
          "a lease could not be released and will expire",
        );
      },
    );
  }
}

/** Does long work under a lease that the caller holds and renews the lease meanwhile. The caller releases it. */
export async function whileRenewing<T>(
  { db, serverId, now }: LeaseServices,
  id: string,
  work: () => Promise<T>,
): Promise<T> {
  let isRenewing = false;
  const renewal = setInterval(() => {
    // A query that hangs occupies a connection, so the timer must not start another query while one is running.
    if (isRenewing) return;
    isRenewing = true;
    renewLease(db, { id, holder: serverId, now: now() })
      // The database is unavailable for the moment. The next renewal is early enough, because two servers may do the same
      // work without harm.
      .catch(() => {})
      .finally(() => {
        isRenewing = false;
      });
  }, RENEWED_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(renewal);
  }
}

/**
 * Releases all leases of this process, so that another server takes over at once. `exceptSending` keeps those of clicks that
 * are being sent: another server would believe that their answer was lost.
 */
export async function releaseOwnLeases(
  { db, serverId }: Pick<LeaseServices, "db" | "serverId">,
  { exceptSending = false } = {},
): Promise<void> {
  await db.query
    .updateTable("generations")
    .set({ lease_holder: null, lease_until: null })
    .where("lease_holder", "=", serverId)
    .$if(exceptSending, (rows) =>
      rows.where(({ eb, or }) =>
        or([eb("sending_at", "is", null), eb("request_id", "is not", null)]),
      ),
    )
    .execute();
}

export type EndedCheck = {
  record: Pick<GenerationRecord, "id" | "checkAt">;
  /** When to check next, unless an event since `record` was claimed has planned it. */
  nextAt: number;
};

/** Plans the next checks and releases the leases, as far as `holder` still has them. */
export async function endChecks(
  { query }: Pick<Database, "query">,
  holder: string,
  ended: readonly EndedCheck[],
): Promise<void> {
  const rows = ended.map(
    ({ record: { id, checkAt }, nextAt }) =>
      sql`(cast(${id} as text), cast(${checkAt ?? null} as bigint), cast(${nextAt} as bigint))`,
  );
  await sql`
    with ended(id, was, next) as (values ${sql.join(rows)})
    update generations set
      check_at = case when check_at = ended.was then ended.next else check_at end,
      checks = case when check_at = ended.was then checks + 1 else checks end,
      lease_holder = null, lease_until = null
    from ended where generations.id = ended.id and lease_holder = ${holder}`.execute(query);
}

export type LaneOutlook = {
  /** When the next generation can be claimed; infinite if none waits. */
  dueAt: number;
  /** How many generations wait in this lane. */
  count: number;
};

/** Reads when there is something to claim, with one query for all lanes. Reads only an index of unfinished generations. */
export async function readOutlook(
  { query }: Pick<Database, "query">,
  now: number,
): Promise<Record<Lane, LaneOutlook>> {
  const rows = await query
    .selectFrom("generations")
    .select(({ fn }) => [
      "lane",
      fn.countAll<number | string>().as("count"),
      sql<number | string | null>`min(case
        when lease_until > ${now} and lease_until <= ${now + LEASE_MS} then null
        when check_at > ${now + LONGEST_WAIT_MS} then 0
        else check_at end)`.as("dueAt"),
    ])
    .where("check_at", "is not", null)
    .groupBy("lane")
    .execute();
  const found = new Map(rows.map((row) => [row.lane, row]));
  const toOutlook = (lane: Lane) => {
    const { dueAt = null, count = 0 } = found.get(lane) ?? {};
    return {
      dueAt: dueAt === null ? Number.POSITIVE_INFINITY : Number(dueAt),
      count: Number(count),
    };
  };
  return { poll: toOutlook("poll"), download: toOutlook("download") };
}

/**
 * Postpones the checks of runs whose upstream streams their status to this server. What is due already, or being checked,
 * stays as it is, because something may have happened.
 */
export async function postponeChecks(
  { kind, query }: Pick<Database, "kind" | "query">,
  ids: readonly string[],
  { now, until }: { now: number; until: number },
): Promise<void> {
  await query
    .updateTable("generations")
    .set({ check_at: until })
    .where("id", "in", (rows) =>
      rows
        .selectFrom("generations")
        .select("id")
        .where("id", "in", ids)
        .where("lane", "=", "poll")
        // The first check stores the picture, too.
        .where("checks", ">", 0)
        .where("check_at", ">", now)
        .where("check_at", "<", until)
        .where(({ eb, or }) => or([eb("lease_until", "is", null), eb("lease_until", "<=", now)]))
        // Two servers may follow the same runs, and must not wait for each other's rows.
        .$if(kind === "postgres", (due) => due.forUpdate().skipLocked()),
    )
    .execute();
}

/** Brings the next checks forward to now, because something is known to have happened. */
export async function setDueNow(
  { query }: Pick<Database, "query">,
  ids: readonly string[],
  now: number,
): Promise<void> {
  if (ids.length === 0) return;
  await query
    .updateTable("generations")
    .set({ check_at: now })
    .where("id", "in", ids)
    .where("check_at", ">", now)
    .execute();
}

type HeldLease = { id: string; holder: string };

async function renewLease({ query }: Database, { id, holder, now }: HeldLease & { now: number }) {
  await query
    .updateTable("generations")
    .set({ lease_until: now + LEASE_MS })
    .where("id", "=", id)
    .where("lease_holder", "=", holder)
    .execute();
}

async function releaseLease({ query }: Database, { id, holder }: HeldLease) {
  await query
    .updateTable("generations")
    .set({ lease_holder: null, lease_until: null })
    .where("id", "=", id)
    .where("lease_holder", "=", holder)
    .execute();
}
