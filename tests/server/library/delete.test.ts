import { readdir } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import type { GenerationEvent } from "@/lib/generation";
import { problem } from "@/lib/problems";
import { findRecord } from "@/lib/server/generations/records/find";
import { deleteGeneration } from "@/lib/server/library/delete";
import { startLocalUpstream } from "../generations/local-upstream";
import { startScriptedUpstream } from "../generations/scripted-upstream";
import {
  addGeneration,
  countRecords,
  databaseKinds,
  makeClick,
  openServer,
  requireRecord,
  submitAndFind,
  watchToEnd,
} from "../generations/support";

const accepted: GenerationEvent = { type: "accepted", requestId: "request-1" };

describe.each(databaseKinds)("deleting a generation on %s", (kind) => {
  test("removes its record, video and poster, and nothing of another generation", async () => {
    const server = await openServer(kind, await startLocalUpstream());
    const { services, mediaFolder } = server;
    const { id } = await submitAndFind(services, makeClick());
    const other = await submitAndFind(services, makeClick());
    await watchToEnd(server, id);
    await watchToEnd(server, other.id);
    expect((await readdir(mediaFolder)).toSorted()).toEqual([".scratch", id, other.id].toSorted());

    await deleteGeneration(services, "ann", id);

    expect(await findRecord(services.db, id)).toBeUndefined();
    expect((await readdir(mediaFolder)).toSorted()).toEqual([".scratch", other.id].toSorted());
    expect((await readdir(`${mediaFolder}/${other.id}`)).toSorted()).toEqual([
      "poster.jpg",
      "thumbnail.jpg",
      "video.mp4",
    ]);
  });

  test.each<[string, GenerationEvent[]]>([
    ["on its way", []],
    ["in the queue", [accepted]],
    ["being made", [accepted, { type: "started" }]],
  ])("is refused while it is %s", async (_, events) => {
    const { services } = await openServer(kind, await startScriptedUpstream());
    const id = await addGeneration(services, events);
    const before = await requireRecord(services, id);

    const deleted = deleteGeneration(services, "ann", id);

    await expect(deleted).rejects.toMatchObject({ code: "still_working" });
    expect(await requireRecord(services, id)).toEqual(before);
  });

  test.each<[string, GenerationEvent[]]>([
    ["failed", [accepted, { type: "failed", problem: problem("generation_failed") }]],
    ["was cancelled", [accepted, { type: "cancelled", charged: "unknown" }]],
    ["was refused", [{ type: "refused", problem: problem("rate_limited") }]],
    ["is unconfirmed", [{ type: "answer-lost", problem: problem("unconfirmed") }]],
  ])("that %s removes its record", async (_, events) => {
    const { services } = await openServer(kind, await startScriptedUpstream());
    const id = await addGeneration(services, events);

    await deleteGeneration(services, "ann", id);

    expect(await countRecords(services)).toBe(0);
  });

  test('answers "not found" for another owner\'s and for an unknown generation', async () => {
    const server = await openServer(kind, await startLocalUpstream());
    const { services, mediaFolder } = server;
    const { id } = await submitAndFind(services, makeClick({ owner: "ann" }));
    const record = await watchToEnd(server, id);

    for (const unknown of [id, crypto.randomUUID(), "", "../ann", "' or 1=1 --"]) {
      const deleted = deleteGeneration(services, "bob", unknown);
      await expect(deleted).rejects.toMatchObject({ code: "not_found" });
    }

    expect(await requireRecord(services, id)).toEqual(record);
    expect((await readdir(`${mediaFolder}/${id}`)).toSorted()).toEqual([
      "poster.jpg",
      "thumbnail.jpg",
      "video.mp4",
    ]);
  });

  test('a second time answers "not found"', async () => {
    const { services } = await openServer(kind, await startScriptedUpstream());
    const id = await addGeneration(services, [accepted, { type: "cancelled", charged: "unknown" }]);

    const outcomes = await Promise.allSettled(
      Array.from({ length: 5 }, () => deleteGeneration(services, "ann", id)),
    );

    const failures = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(failures.length).toBeLessThan(5);
    for (const { reason } of failures) expect(reason).toMatchObject({ code: "not_found" });
    await expect(deleteGeneration(services, "ann", id)).rejects.toMatchObject({
      code: "not_found",
    });
  });
});
