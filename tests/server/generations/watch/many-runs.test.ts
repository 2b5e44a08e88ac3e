import { setImmediate as pause } from "node:timers/promises";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import {
  claimDue,
  endChecks,
  LEASE_MS,
  postponeChecks,
  readOutlook,
} from "@/lib/server/generations/records/leases";
import type { GenerationRecord } from "@/lib/server/generations/records/record";
import type { Services } from "@/lib/server/services";
import { startScriptedUpstream } from "../scripted-upstream";
import { addGeneration, databaseKinds, openServer, requireRecord } from "../support";

describe.each(databaseKinds)("many runs on %s", (kind) => {
  test("have their next checks planned and their leases released with one query", async () => {
    const { services } = await openServer(kind, await startScriptedUpstream());
    const [one, other, changed, lost] = await claimRuns(services, 4);
    const nextAt = services.now() + 50_000;
    await setRow(services, changed.id, { check_at: 7 });
    await setRow(services, lost.id, { lease_holder: "another" });

    const ended = [one, other, changed, lost].map((record) => ({ record, nextAt }));
    await endChecks(services.db, services.serverId, ended);

    expect(await readRow(services, one.id)).toEqual([nextAt, 1, null]);
    expect(await readRow(services, other.id)).toEqual([nextAt, 1, null]);
    // An event has planned this one meanwhile, and another server holds that one.
    expect(await readRow(services, changed.id)).toEqual([7, 0, null]);
    expect(await readRow(services, lost.id)).toEqual([lost.checkAt, 0, "another"]);
  });

  test("are not looked at before one of them can be claimed", async () => {
    const { services, clock } = await openServer(kind, await startScriptedUpstream());
    expect((await readOutlook(services.db, clock.now)).poll.dueAt).toBe(Number.POSITIVE_INFINITY);
    const [record] = await claimRuns(services, 1);
    const held = await readOutlook(services.db, clock.now);
    expect(held.poll).toEqual({ dueAt: Number.POSITIVE_INFINITY, count: 1 });

    const expired = await readOutlook(services.db, clock.now + LEASE_MS);
    expect(expired.poll.dueAt).toBe(record.checkAt);

    await setRow(services, record.id, { check_at: clock.now + 3_600_000, lease_until: null });
    // It was planned before the clock was set back.
    expect((await readOutlook(services.db, clock.now)).poll.dueAt).toBe(0);
  });

  test("whose status is streamed are not due until the stream may have ended", async () => {
    const { services } = await openServer(kind, await startScriptedUpstream());
    const [waiting, due, held, fresh] = await claimRuns(services, 4);
    const now = services.now();
    const soon = { check_at: now + 1_000, checks: 1, lease_holder: null, lease_until: null };
    await setRow(services, waiting.id, soon);
    await setRow(services, due.id, { ...soon, check_at: now });
    await setRow(services, held.id, { check_at: now + 1_000, checks: 1 });
    await setRow(services, fresh.id, { ...soon, checks: 0 });

    const ids = [waiting, due, held, fresh].map(({ id }) => id);
    await postponeChecks(services.db, ids, { now, until: now + 12_000 });

    expect((await requireRecord(services, waiting.id)).checkAt).toBe(now + 12_000);
    expect((await requireRecord(services, due.id)).checkAt).toBe(now);
    expect((await requireRecord(services, held.id)).checkAt).toBe(now + 1_000);
    expect((await requireRecord(services, fresh.id)).checkAt).toBe(now + 1_000);
  });

  test("cost no question and no query of their own while their status is streamed", async () => {
    const upstream = await startScriptedUpstream({
      answers: { stream: streamRunning, status: { status: 503 } },
    });
    const { services, watcher } = await openServer(kind, upstream);
    const [record] = await claimRuns(services, 1);
    await endChecks(services.db, services.serverId, [{ record, nextAt: services.now() }]);
    const following = services.runStreams.follow(record);
    onTestFinished(() => following?.leave());
    await following?.run.opened;

    expect(services.runStreams.isStreamed(record.id)).toBe(true);
    expect(await watcher.turn()).toBe(1);
    expect(upstream.calls("status")).toEqual([]);
    expect((await requireRecord(services, record.id)).checkAt).toBeGreaterThan(
      services.now() + 10_000,
    );
  });

  test("are left to other servers at once when the server that followed them ends", async () => {
    const upstream = await startScriptedUpstream({ answers: { stream: streamRunning } });
    const { services } = await openServer(kind, upstream);
    const [record] = await claimRuns(services, 1);
    await endChecks(services.db, services.serverId, [{ record, nextAt: services.now() + 12_000 }]);
    await services.runStreams.follow(record)?.run.opened;

    await services.runStreams.endAll();

    expect((await requireRecord(services, record.id)).checkAt).toBe(services.now());
  });

  test("are checked at once when their stream breaks", async () => {
    const upstream = await startScriptedUpstream();
    upstream.answer("stream", (_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write('data: {"status":"IN_PROGRESS"}\n\n', () => response.destroy());
    });
    const { services } = await openServer(kind, upstream);
    const [record] = await claimRuns(services, 1);
    await endChecks(services.db, services.serverId, [{ record, nextAt: services.now() + 12_000 }]);
    services.runStreams.follow(record);

    await vi.waitUntil(
      async () => (await requireRecord(services, record.id)).checkAt === services.now(),
    );
  });

  test("whose answers say nothing new cost one query each at most, besides the claim", async () => {
    const upstream = await startScriptedUpstream();
    upstream.answer("status", { body: { status: "IN_PROGRESS" } });
    const { services, watcher, clock } = await openServer(kind, upstream);
    for (let n = 0; n < 20; n++) await addRun(services, `request-${n}`);
    clock.now += 2_000;
    const queries = countQueries(services);
    await watcher.turn();
    await pause();

    expect(upstream.calls("status")).toHaveLength(20);
    expect(queries()).toBeLessThanOrEqual(2 + 20);
  });
});

type Claimed = [GenerationRecord, GenerationRecord, GenerationRecord, GenerationRecord];

async function claimRuns(services: Services, count: number): Promise<Claimed> {
  for (let n = 0; n < count; n++) {
    const id = await addRun(services, `request-${n}`);
    await setRow(services, id, { check_at: services.now() });
  }
  const claim = { holder: services.serverId, now: services.now(), limit: count };
  return (await claimDue(services.db, { ...claim, lane: "poll" })) as Claimed;
}

function addRun(services: Services, requestId: string): Promise<string> {
  return addGeneration(services, [{ type: "accepted", requestId }, { type: "started" }]);
}

function streamRunning(_: unknown, response: import("node:http").ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write('data: {"status":"IN_PROGRESS"}\n\n');
}

type Change = Partial<Record<"check_at" | "checks" | "lease_until", number | null>> & {
  lease_holder?: string | null;
};

async function setRow({ db }: Services, id: string, change: Change): Promise<void> {
  await db.query
    .updateTable("generations")
    .set(change as object)
    .where("id", "=", id)
    .execute();
}

async function readRow({ db }: Services, id: string) {
  const row = await db.query
    .selectFrom("generations")
    .select(["check_at", "checks", "lease_holder"])
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  return [row.check_at, row.checks, row.lease_holder];
}

function countQueries(services: Services): () => number {
  let count = 0;
  services.db = {
    ...services.db,
    query: services.db.query.withPlugin({
      transformQuery: ({ node }) => {
        count += 1;
        return node;
      },
      transformResult: async ({ result }) => result,
    }),
  };
  return () => count;
}
