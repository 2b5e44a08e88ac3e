import { readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import type { GenerationEvent } from "@/lib/generation";
import { claimDue, LEASE_MS } from "@/lib/server/generations/records/leases";
import { report } from "@/lib/server/generations/records/report";
import { type AcceptedRecord, askRunStatus } from "@/lib/server/generations/watch/status";
import { writeSettingsBox } from "@/lib/video/settings-box";
import { connect, readPhoto } from "../../../local-fal/support";
import { startLocalUpstream } from "../local-upstream";
import { completed, file, resultAt, startScriptedUpstream } from "../scripted-upstream";
import {
  addGeneration,
  databaseKinds,
  makeClick,
  openServer,
  requireRecord,
  submitAndFind,
  watchToEnd,
} from "../support";
import { makeVideo, videoSize } from "../videos";

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
const videoUrl = "https://v3b.fal.media/files/b/rocket/output.mp4";

describe.each(databaseKinds)("the watcher on %s", (kind) => {
  test("follows a run from its picture to the archived video and a poster", async () => {
    const upstream = await startLocalUpstream();
    const server = await openServer(kind, upstream);
    const { client } = connect(upstream.base);
    const picture = await client.storage.upload(await readPhoto("rocket.jpg"));
    const { id } = await submitAndFind(server.services, makeClick({ picture }));

    const { state, model, input, picture: size } = await watchToEnd(server, id);

    const made = [await readFile(upstream.video), writeSettingsBox(model, input)];
    const bytes = Buffer.concat(made);
    expect(await readFile(join(server.mediaFolder, id, "video.mp4"))).toEqual(bytes);
    expect(state).toMatchObject({
      status: "done",
      video: { ...videoSize, bytes: bytes.length, contentType: "video/mp4" },
    });
    expect(size).toEqual(await measure(join(server.mediaFolder, id, "poster.jpg")));
    expect(size).toEqual(await measure(await (await readPhoto("rocket.jpg")).bytes()));
  });

  test("makes the poster of a run without a picture from its first frame", async () => {
    const upstream = await startLocalUpstream();
    const server = await openServer(kind, upstream);
    const { id } = await submitAndFind(server.services, makeClick());

    const { state, picture } = await watchToEnd(server, id);

    expect(state.status).toBe("done");
    expect(picture).toEqual(videoSize);
    expect(await measure(join(server.mediaFolder, id, "poster.jpg"))).toEqual(videoSize);
  });

  test.each([
    ["content_policy_violation", "prompt_declined"],
    ["image_load_error", "picture_unreadable"],
    ["file_download_error", "picture_unreadable"],
    ["downstream_service_unavailable", "generation_failed"],
    ["runner_disconnected", "generation_failed"],
    ["generation_timeout", "generation_failed"],
    ["result_expired", "result_gone"],
  ])("says of a run that ended with %s that it failed with %s", async (fault, code) => {
    const upstream = await startLocalUpstream();
    const server = await openServer(kind, upstream);
    const prompt = `a rocket {{fault: ${fault}}}`;
    const { id } = await submitAndFind(server.services, makeClick({ prompt }));

    expect((await watchToEnd(server, id)).state).toMatchObject({
      status: "failed",
      problem: { code },
    });
  });

  test("reports a run as cancelled that was cancelled upstream", async () => {
    const upstream = await startLocalUpstream();
    const server = await openServer(kind, upstream);
    const prompt = "a rocket {{fault: client_cancelled}}";
    const { id } = await submitAndFind(server.services, makeClick({ prompt }));

    expect((await watchToEnd(server, id)).state).toMatchObject({ status: "cancelled" });
  });

  test.each([
    "503; call=status; times=3",
    "429; call=status; times=3",
    "connection_reset; call=status; times=3",
    "malformed_json; call=status; times=3",
    "503; call=result; times=3",
    "429; call=result; times=3",
    "504; call=result; times=3",
    "connection_reset; call=result; times=3",
    "malformed_json; call=result; times=3",
    "gzip; call=result",
  ])("is only delayed by %s", async (fault) => {
    const upstream = await startLocalUpstream();
    const server = await openServer(kind, upstream);
    const prompt = `a rocket {{fault: ${fault}}}`;
    const { id } = await submitAndFind(server.services, makeClick({ prompt }));

    expect((await watchToEnd(server, id)).state).toMatchObject({ status: "done" });
    expect(upstream.calls("submit")).toHaveLength(1);
  });

  test("treats COMPLETED as the end, not as success", async () => {
    const upstream = await startScriptedUpstream();
    upstream.answer("status", completed);
    upstream.answer("result", { status: 503 });
    const server = await openServer(kind, upstream);
    const { id } = await submitAndFind(server.services, makeClick());

    for (let second = 0; second < 30; second++) {
      server.clock.now += 1_000;
      await server.watcher.turn();
    }
    expect(upstream.calls("result").length).toBeGreaterThan(2);
    expect((await requireRecord(server.services, id)).state.status).toBe("queued");

    upstream.answer("result", resultAt(videoUrl));
    upstream.answer("file", file(await makeVideo()));
    expect((await watchToEnd(server, id)).state).toMatchObject({ status: "done" });
  });

  test("treats a result without a video as a failure", async () => {
    const upstream = await startScriptedUpstream();
    upstream.answer("status", completed);
    upstream.answer("result", { body: { images: [] } });
    const server = await openServer(kind, upstream);
    const { id } = await submitAndFind(server.services, makeClick());

    expect((await watchToEnd(server, id)).state).toMatchObject({
      status: "failed",
      problem: { code: "generation_failed", charged: "unknown" },
    });
  });
});

describe.each(databaseKinds)("several servers on %s", (kind) => {
  test("claim each generation once", async () => {
    const upstream = await startScriptedUpstream();
    const { services, watcher, clock, openAnother } = await openServer(kind, upstream);
    const other = await openAnother();
    for (let n = 0; n < 12; n++) {
      await addGeneration(services, [{ type: "accepted", requestId: `request-${n}` }]);
    }
    clock.now += LEASE_MS;

    const taken = await Promise.all([watcher.turn(), other.watcher.turn()]);

    expect(taken[0] + taken[1]).toBe(12);
    const asked = upstream.calls("status").map(({ url }) => url);
    expect(asked).toHaveLength(12);
    expect(new Set(asked).size).toBe(12);
  });

  test("finish what a dead server had claimed after its lease expires", async () => {
    const upstream = await startLocalUpstream();
    const server = await openServer(kind, upstream);
    const { services, watcher, clock } = server;
    const { id } = await submitAndFind(services, makeClick());
    clock.now += 2_000;
    const holder = "dead";
    expect(
      await claimDue(services.db, { holder, now: clock.now, lane: "poll", limit: 8 }),
    ).toHaveLength(1);

    clock.now += LEASE_MS - 1;
    expect(await watcher.turn()).toBe(0);
    clock.now += 1;
    // After its end there is a file to archive, perhaps in the same turn.
    expect(await watcher.turn()).toBeGreaterThan(0);
    expect((await watchToEnd(server, id)).state.status).toBe("done");
  });

  test("mark a submit as unconfirmed if its server died while sending", async () => {
    const upstream = await startScriptedUpstream();
    const { services, watcher, clock } = await openServer(kind, upstream);
    const dead = { leaseUntil: clock.now + LEASE_MS, isSending: true };
    const id = await addGeneration(services, [], dead);

    expect(await watcher.turn()).toBe(0);
    expect((await requireRecord(services, id)).state.status).toBe("submitting");

    clock.now += LEASE_MS;
    expect(await watcher.turn()).toBe(1);
    expect(await requireRecord(services, id)).toMatchObject({
      state: { status: "unconfirmed" },
      checkAt: undefined,
    });
    expect(upstream.calls("submit")).toEqual([]);
  });

  test.each([
    ["back by a day", -DAY_MS],
    ["back by an hour", -HOUR_MS],
    ["forward by a day", DAY_MS],
  ])("go on when the clock is set %s", async (_, jump) => {
    const upstream = await startLocalUpstream();
    const server = await openServer(kind, upstream);
    const { services, clock } = server;
    const free = await submitAndFind(services, makeClick());
    const held = await submitAndFind(services, makeClick());
    clock.now += 2_000;
    await claimDue(services.db, { holder: "dead", now: clock.now, lane: "poll", limit: 8 });
    await services.db.query
      .updateTable("generations")
      .set({ lease_holder: null, lease_until: null })
      .where("id", "=", free.id)
      .execute();

    clock.now += jump;

    expect((await watchToEnd(server, free.id)).state.status).toBe("done");
    clock.now += LEASE_MS;
    expect((await watchToEnd(server, held.id)).state.status).toBe("done");
  });
});

describe.each(databaseKinds)("status requests and webhooks on %s", (kind) => {
  test("cost the upstream one status call a second, however many ask", async () => {
    const upstream = await startScriptedUpstream();
    const { services, clock } = await openServer(kind, upstream);
    const record = await submitAndFind(services, makeClick());
    const askTenTimes = () =>
      Promise.all(
        Array.from({ length: 10 }, () => askRunStatus(services, record as AcceptedRecord)),
      );

    const answers = await askTenTimes();
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(upstream.calls("status")).toHaveLength(1);
    await askTenTimes();
    expect(upstream.calls("status")).toHaveLength(1);

    clock.now += 1_000;
    await askTenTimes();
    expect(upstream.calls("status")).toHaveLength(2);
  });

  test.each([
    ["one after the other", inTurn],
    ["all at once", atOnce],
  ])("lead to one end, in any order and number: %s", async (_, run) => {
    const upstream = await startScriptedUpstream();
    const { services } = await openServer(kind, upstream);
    const events: GenerationEvent[] = [
      { type: "accepted", requestId: "another-request" },
      { type: "started" },
      { type: "succeeded", video: { url: videoUrl } },
      { type: "cancelled", charged: "unknown" },
    ];

    for (const order of listOrders(events)) {
      const id = await addGeneration(services, [{ type: "accepted", requestId: "request-1" }]);
      const reported = await run([...order, ...order], (event) => report(services, id, event));
      const steps = reported
        .filter(({ isChanged }) => isChanged)
        .map(({ record }) => record?.state);

      const { state } = await requireRecord(services, id);
      expect(state).toMatchObject({
        status: expect.stringMatching(/^(archiving|cancelled)$/),
        requestId: "request-1",
      });
      expect(steps.filter((step) => step?.status !== "running")).toEqual([state]);
    }
  });
});

async function measure(picture: string | Uint8Array) {
  const { width, height } = await sharp(picture).metadata();
  return { width, height };
}

async function inTurn<Item, Result>(items: Item[], work: (item: Item) => Promise<Result>) {
  const results: Result[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

function atOnce<Item, Result>(items: Item[], work: (item: Item) => Promise<Result>) {
  return Promise.all(items.map(work));
}

function listOrders<Item>(items: Item[]): Item[][] {
  if (items.length < 2) return [items];
  return items.flatMap((item, n) =>
    listOrders(items.toSpliced(n, 1)).map((others) => [item, ...others]),
  );
}
