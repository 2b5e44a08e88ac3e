import { readdir } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { problem } from "@/lib/problems";
import { findOwned } from "@/lib/server/generations/records/find";
import { listGenerations } from "@/lib/server/library/list";
import { createEraser } from "@/lib/server/library/removals/eraser";
import {
  removeGenerations,
  removeNotMade,
  removeShares,
  undoRemoval,
} from "@/lib/server/library/removals/removals";
import { publish } from "@/lib/server/shares/publish";
import { findShare, findSharesOf } from "@/lib/server/shares/records";
import { startLocalUpstream } from "../generations/local-upstream";
import { startScriptedUpstream } from "../generations/scripted-upstream";
import {
  addGeneration,
  databaseKinds,
  makeClick,
  openServer,
  submitAndFind,
  watchToEnd,
} from "../generations/support";

const origin = "http://localhost:3000";

/** Counts how often others had their turn while this worked. */
async function countTurns<T>(work: () => Promise<T>): Promise<{ result: T; turns: number }> {
  let turns = 0;
  let next = setImmediate(function count() {
    turns += 1;
    next = setImmediate(count);
  });
  const result = await work();
  clearImmediate(next);
  return { result, turns };
}

describe.each(databaseKinds)("what an owner removes, on %s,", (kind) => {
  test("can't be restored when a server may have begun to erase its files", async () => {
    const { services, clock } = await openServer(kind, await startScriptedUpstream());
    const id = await addGeneration(services, [{ type: "refused", problem: refused }]);
    const removal = await removeGenerations(services, "ann", [id]);
    clock.now += 15_000;
    await expect(undoRemoval(services, "ann", removal.id)).rejects.toMatchObject(notFound);
    expect(await createEraser(services).turn()).toBe(0);
    clock.now += 10_000;
    expect(await createEraser(services).turn()).toBe(1);
  });

  test("can be restored by a server that was started since", async () => {
    const server = await openServer(kind, await startScriptedUpstream());
    const id = await addGeneration(server.services, [{ type: "refused", problem: refused }]);
    const removal = await removeGenerations(server.services, "ann", [id]);
    const restarted = await server.openAnother();
    server.clock.now += 9_000;
    expect(await createEraser(restarted.services).turn()).toBe(0);
    expect(await undoRemoval(restarted.services, "ann", removal.id)).toEqual([id]);
    expect(await findOwned(restarted.services.db, "ann", id)).toBeDefined();
  });

  test("is removed once by two presses in two tabs, and each undo restores only its own", async () => {
    const { services } = await openServer(kind, await startScriptedUpstream());
    const id = await addGeneration(services, [{ type: "refused", problem: refused }]);
    const both = await Promise.all([
      removeGenerations(services, "ann", [id]),
      removeGenerations(services, "ann", [id]),
    ]);
    const removed = both.filter(({ ids }) => ids.length > 0);
    expect(removed.map(({ ids }) => ids)).toEqual([[id]]);
    for (const { id: removal, ids } of both) {
      const undo = undoRemoval(services, "ann", removal);
      if (ids.length > 0) expect(await undo).toEqual([id]);
      else await expect(undo).rejects.toMatchObject(notFound);
    }
    expect(await findOwned(services.db, "ann", id)).toBeDefined();
  });

  test("lets others have their turn between one generation and the next", async () => {
    const { services } = await openServer(kind, await startScriptedUpstream());
    const refused = { type: "refused", problem: problem("not_sent") } as const;
    for (let count = 0; count < 40; count++) await addGeneration(services, [refused]);

    const removed = await countTurns(() => removeNotMade(services, "ann"));
    const restored = await countTurns(() => undoRemoval(services, "ann", removed.result.id));

    expect(restored.result).toHaveLength(40);
    expect(Math.min(removed.turns, restored.turns)).toBeGreaterThanOrEqual(40);
  });

  test("disappears at once, can be restored completely, and is erased when the time for an undo ends", async () => {
    const server = await openServer(kind, await startLocalUpstream());
    const { services, mediaFolder, clock } = server;
    const { id } = await submitAndFind(services, makeClick());
    const before = await watchToEnd(server, id);
    const { slug } = await publish(services, "ann", id, {});
    const eraser = createEraser(services);

    const removal = await removeGenerations(services, "ann", [id]);
    expect(removal).toMatchObject({ ids: [id], undoSeconds: 10 });
    expect(await findOwned(services.db, "ann", id)).toBeUndefined();
    expect((await findShare(services.db, slug))?.revokedAt).toBeDefined();
    clock.now += 9_999;
    expect(await eraser.turn()).toBe(0);

    expect(await undoRemoval(services, "ann", removal.id)).toEqual([id]);
    expect(await findOwned(services.db, "ann", id)).toEqual({ ...before, changedAt: clock.now });
    expect((await findSharesOf(services.db, [id])).get(id)?.slug).toBe(slug);
    const { items } = await listGenerations(services, "ann", {
      ...{ q: before.input.prompt, limit: 5, origin },
    });
    expect(items.map((item) => item.id)).toEqual([id]);

    await removeGenerations(services, "ann", [id]);
    clock.now += 25_000;
    expect(await createEraser(services).turn()).toBe(1);
    expect(await readdir(mediaFolder)).toEqual([".scratch"]);
    expect(await eraser.turn()).toBe(0);
  });

  test("can't be restored after it was erased, a second time, or by another owner", async () => {
    const { services, clock } = await openServer(kind, await startScriptedUpstream());
    const id = await addGeneration(services, [{ type: "refused", problem: refused }]);
    const removal = await removeGenerations(services, "ann", [id]);
    await expect(undoRemoval(services, "bob", removal.id)).rejects.toMatchObject(notFound);
    await undoRemoval(services, "ann", removal.id);
    await expect(undoRemoval(services, "ann", removal.id)).rejects.toMatchObject(notFound);

    const again = await removeGenerations(services, "ann", [id]);
    clock.now += 25_000;
    await createEraser(services).turn();
    await expect(undoRemoval(services, "ann", again.id)).rejects.toMatchObject(notFound);
  });

  test("does not include another owner's generations or unfinished ones", async () => {
    const { services } = await openServer(kind, await startScriptedUpstream());
    const settled = await addGeneration(services, [{ type: "refused", problem: refused }]);
    const running = await addGeneration(services, [{ type: "accepted", requestId: "request-1" }]);

    expect((await removeGenerations(services, "bob", [settled])).ids).toEqual([]);
    const removal = await removeGenerations(services, "ann", [settled, running, settled, "../x"]);
    expect(removal.ids).toEqual([settled]);
    expect(await findOwned(services.db, "ann", running)).toBeDefined();
  });

  test("is every run without a video, with one press", async () => {
    const { services } = await openServer(kind, await startScriptedUpstream());
    const refusedId = await addGeneration(services, [{ type: "refused", problem: refused }]);
    const lost = await addGeneration(services, [{ type: "answer-lost", problem: refused }]);
    const running = await addGeneration(services, [{ type: "accepted", requestId: "request-2" }]);

    const removal = await removeNotMade(services, "ann");

    expect(removal.ids.toSorted()).toEqual([refusedId, lost].toSorted());
    expect(await findOwned(services.db, "ann", running)).toBeDefined();
    expect((await undoRemoval(services, "ann", removal.id)).toSorted()).toEqual(
      removal.ids.toSorted(),
    );
  });

  test("may be only a link, which is restored with the same address unless there is a new one", async () => {
    const server = await openServer(kind, await startLocalUpstream());
    const { services } = server;
    const { id } = await submitAndFind(services, makeClick());
    await watchToEnd(server, id);
    const { slug } = await publish(services, "ann", id, {});

    const removal = await removeShares(services, "ann", [id]);
    expect(removal.ids).toEqual([id]);
    expect((await findSharesOf(services.db, [id])).size).toBe(0);
    await undoRemoval(services, "ann", removal.id);
    expect((await findSharesOf(services.db, [id])).get(id)?.slug).toBe(slug);

    const again = await removeShares(services, "ann", [id]);
    const other = await publish(services, "ann", id, {});
    await undoRemoval(services, "ann", again.id);
    expect((await findSharesOf(services.db, [id])).get(id)?.slug).toBe(other.slug);
    expect((await removeShares(services, "bob", [id])).ids).toEqual([]);
  });
});

const refused = { code: "internal", charged: "no" } as const;
const notFound = { code: "not_found" };
