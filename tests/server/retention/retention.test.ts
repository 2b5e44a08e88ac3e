import { describe, expect, test } from "vitest";
import { findRecord } from "@/lib/server/generations/records/find";
import { updateOwnWords } from "@/lib/server/generations/records/update";
import { toGeneration } from "@/lib/server/library/present";
import { createEraser } from "@/lib/server/library/removals/eraser";
import { NOTICE_MS, planRemovals, type Stored } from "@/lib/server/retention/plan";
import { createSweeper } from "@/lib/server/retention/sweeper";
import { addVideo, shareVideo, VIDEO_BYTES } from "../admin/support";
import { addGeneration, databaseKinds, openServer } from "../generations/support";

const DAY = 24 * 60 * 60_000;
const away = { base: "http://127.0.0.1:1" };

describe.each(databaseKinds)("the limits of a server on %s", (kind) => {
  test("remove an old video only after its owner could see it, and no starred or shared one", async () => {
    const { services, clock } = await openServer(kind, away);
    const { db, upstream, media } = services;
    const [plain, starred, shared, saved, linked] = [
      await addVideo(services),
      await addVideo(services),
      await addVideo(services),
      await addVideo(services),
      await addVideo(services),
    ];
    const running = await addGeneration(services, [{ type: "accepted", requestId: "request-1" }]);
    await updateOwnWords(db, { owner: "ann", id: starred, now: clock.now }, { isStarred: true });
    await shareVideo(services, shared);
    const sweeper = createSweeper(services, { keepMs: 10 * DAY });
    const whenOf = async (id: string) => (await findRecord(db, id))?.removeAt;

    await sweeper.turn();
    expect(await whenOf(plain)).toBeUndefined();

    const created = (await findRecord(db, plain))?.createdAt ?? 0;
    clock.now = created + 10 * DAY - NOTICE_MS;
    expect(await sweeper.turn()).toBe(0);
    expect(await whenOf(plain)).toBe(created + 10 * DAY);
    for (const id of [starred, shared, running]) expect(await whenOf(id)).toBeUndefined();
    const record = await findRecord(db, plain);
    expect(record && toGeneration(record, { upstream, origin: "http://localhost" })).toMatchObject({
      removesAt: new Date(created + 10 * DAY).toISOString(),
    });
    await updateOwnWords(db, { owner: "ann", id: saved, now: clock.now }, { isStarred: true });

    expect(await whenOf(saved)).toBeUndefined();
    await shareVideo(services, linked);
    expect(await whenOf(linked)).toBeUndefined();

    clock.now = created + 10 * DAY + 1_000;
    expect(await sweeper.turn()).toBe(1);
    expect(await whenOf(saved)).toBeUndefined();
    clock.now += 60_000;
    await createEraser(services).turn();
    expect(await findRecord(db, plain)).toBeUndefined();
    const kept = (await Array.fromAsync(media.list())).map(({ key }) => key);
    expect(kept.filter((key) => key.endsWith("video.mp4"))).toHaveLength(4);
  });

  test("remove the oldest above a quota, in all and of an owner", async () => {
    const { services, clock } = await openServer(kind, away);
    const ids: string[] = [];
    for (let n = 0; n < 4; n++) {
      clock.now += 1_000;
      ids.push(await addVideo(services, n < 3 ? "ann" : "bob"));
    }
    const sweeper = createSweeper(services, { bytesPerOwner: 2 * VIDEO_BYTES });
    await sweeper.turn();
    clock.now += NOTICE_MS;
    expect(await sweeper.turn()).toBe(1);
    const left = await Promise.all(ids.map((id) => findRecord(services.db, id)));
    expect(left.map((record) => record !== undefined)).toEqual([false, true, true, true]);
  });
});

test("a server that ends removes nothing more", async () => {
  const { services, clock } = await openServer("sqlite", away);
  await addVideo(services);
  const limits = { keepMs: DAY };
  clock.now += DAY;
  await createSweeper(services, limits).turn();
  clock.now += NOTICE_MS;
  const sweeper = createSweeper(services, limits);
  sweeper.start();
  await sweeper.stop();
  expect(await sweeper.turn()).toBe(0);
});

describe("the plan of what goes", () => {
  const stored = (id: string, more: Partial<Stored> = {}): Stored => ({
    ...{ id, owner: "ann", bytes: 10, createdAt: Number(id), isStarred: false, isShared: false },
    ...more,
  });

  test("begins with the oldest, comes to shared ones when no others are left, and to starred ones last", () => {
    const all = [
      stored("1", { isStarred: true }),
      stored("2", { isShared: true }),
      stored("3"),
      stored("4"),
    ];
    const going = (bytes: number) => [...planRemovals(all, { bytes }, 100).keys()];
    expect(going(40)).toEqual([]);
    expect(going(35)).toEqual(["3"]);
    expect(going(15)).toEqual(["3", "4", "2"]);
    expect(going(5)).toEqual(["3", "4", "2", "1"]);
  });

  test("counts what age removes already", () => {
    const all = [stored("1"), stored("2", { createdAt: 10 * DAY })];
    const plan = planRemovals(all, { keepMs: 5 * DAY, bytes: 10 }, 6 * DAY);
    expect([...plan.keys()]).toEqual(["1"]);
  });

  test("gives notice also when a limit is new, and keeps the time that it has told", () => {
    const now = 100 * DAY;
    const [first] = planRemovals([stored("1")], { keepMs: DAY }, now).values();
    expect(first).toBe(now + NOTICE_MS);
    const later = planRemovals([stored("1", { removeAt: first })], { keepMs: DAY }, now + DAY);
    expect([...later.values()]).toEqual([now + NOTICE_MS]);
  });
});
