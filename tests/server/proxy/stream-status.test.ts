import type { ServerResponse } from "node:http";
import { createFalClient, type QueueStatus } from "@fal-ai/client";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { textToVideo } from "@/lib/models";
import type { AcceptedRecord } from "@/lib/server/generations/watch/status";
import { streamRunStatus } from "@/lib/server/proxy/stream-status";
import type { Services } from "@/lib/server/services";
import { revokeSession } from "@/lib/server/sessions/revoked-sessions";
import { startLocalUpstream } from "../generations/local-upstream";
import { startScriptedUpstream } from "../generations/scripted-upstream";
import {
  databaseKinds,
  makeClick,
  openServer,
  requireRecord,
  submitAndFind,
} from "../generations/support";
import { readEvents } from "../library/read-events";

const lineOf = (message: string) => ({ message, timestamp: "2026-03-01T00:00:00Z", level: "INFO" });

describe.each(databaseKinds)("a status that is streamed on %s", (kind) => {
  test("reaches any number of fal's own clients over one upstream stream", async () => {
    const upstream = await startLocalUpstream();
    const { services } = await openServer(kind, upstream);
    const prompt = "a rocket {{fault: slow_start; ms=300}}";
    const record = (await submitAndFind(services, makeClick({ prompt }))) as AcceptedRecord;

    const waits = [1, 2, 3].map(() => subscribe(services, record));

    for (const { updates, ended } of await Promise.all(waits)) {
      expect(ended.status).toBe("COMPLETED");
      expect(new Set(updates.map(({ status }) => status))).toContain("IN_PROGRESS");
      const last = updates.at(-1);
      const logs = last && "logs" in last ? last.logs : [];
      expect(logs.length).toBeGreaterThan(0);
      expect(new Set(logs.map((line) => JSON.stringify(line))).size).toBe(logs.length);
    }
    expect(upstream.calls("stream")).toHaveLength(1);
    expect(upstream.calls("status")).toEqual([]);
    await vi.waitFor(async () => {
      expect((await requireRecord(services, record.id)).state.status).toBe("archiving");
    });
  });

  test("is recorded as it arrives", async () => {
    const { services, record, say } = await openStreamed();
    const events = await open(services, record);

    say({ status: "IN_QUEUE", queue_position: 4 });
    await events.next();
    await vi.waitFor(async () => {
      const { state } = await requireRecord(services, record.id);
      expect(state).toMatchObject({ status: "queued", position: 4 });
    });
  });

  test("begins with the whole log for a client that joins late", async () => {
    const { services, record, say } = await openStreamed();
    const early = await open(services, record);
    say({ status: "IN_PROGRESS", logs: [lineOf("one")] });
    await early.next();
    say({ status: "IN_PROGRESS", logs: [lineOf("two")] });
    expect((await early.next())?.data.logs).toEqual([lineOf("two")]);

    const late = await open(services, record);
    const silent = await open(services, record, { isLogWanted: false });

    expect((await late.next())?.data.logs).toEqual([lineOf("one"), lineOf("two")]);
    expect((await silent.next())?.data.logs).toBeNull();
    say({ status: "COMPLETED", metrics: { inference_time: 3 }, logs: [lineOf("three")] });
    for (const client of [early, late]) {
      const { data } = (await client.next()) ?? {};
      expect(data).toEqual({
        status: "COMPLETED",
        metrics: { inference_time: 3 },
        logs: [lineOf("three")],
      });
      expect(await client.next()).toBeUndefined();
    }
  });

  test("repeats no log line although the upstream sends the whole log each time", async () => {
    const { services, record, say } = await openStreamed();
    const events = await open(services, record);

    say({ status: "IN_PROGRESS", logs: [lineOf("one")] });
    expect((await events.next())?.data.logs).toEqual([lineOf("one")]);
    say({ status: "IN_PROGRESS", logs: [lineOf("one"), lineOf("two")] });
    expect((await events.next())?.data.logs).toEqual([lineOf("two")]);
  });

  test("gives a slow client the last status and the whole log", async () => {
    const { services, record, say } = await openStreamed();
    const slow = await open(services, record);
    const fast = await open(services, record);
    for (const message of ["one", "two", "three"]) {
      say({ status: "IN_PROGRESS", logs: [lineOf(message)] });
      await fast.next();
    }

    expect((await slow.next())?.data.logs).toEqual(["one", "two", "three"].map(lineOf));
  });

  test("breaks where the upstream's stream breaks, and can be reopened", async () => {
    const { services, record, say, tear } = await openStreamed();
    const events = await open(services, record);
    say({ status: "IN_PROGRESS", logs: [] });
    await events.next();

    tear();

    await expect(events.next()).rejects.toThrow();
    const again = await open(services, record);
    say({ status: "COMPLETED", logs: [] });
    expect((await again.next())?.data.status).toBe("COMPLETED");
  });

  test("ends when its client signs out", async () => {
    const { services, record, say } = await openStreamed();
    const session = crypto.randomUUID();
    const events = await open(services, record, { session });
    say({ status: "IN_PROGRESS", logs: [] });
    await events.next();

    await revokeSession(services.db, session);

    expect(await events.next()).toBeUndefined();
  });

  test.each([404, 405, 429])("is the upstream's own answer if it answers %i", async (status) => {
    const upstream = await startScriptedUpstream();
    upstream.answer("stream", { status, body: { detail: "no stream" } });
    const { services } = await openServer(kind, upstream);
    const record = (await submitAndFind(services, makeClick())) as AcceptedRecord;

    const answer = await streamRunStatus(services, record, { holder, isLogWanted: true });

    expect(answer.status).toBe(status);
    expect(await answer.json()).toEqual({ detail: "no stream" });
    expect(services.runStreams.count()).toBe(0);
  });

  test("closes the upstream stream some time after the last client has left", async () => {
    const { services, record, say, closed } = await openStreamed();
    const events = await open(services, record);
    say({ status: "IN_PROGRESS", logs: [] });
    await events.next();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());

    await events.leave();
    await vi.waitUntil(() => vi.getTimerCount() > 0);
    await vi.advanceTimersByTimeAsync(3_000);

    await closed;
    await vi.waitUntil(() => services.runStreams.count() === 0);
  });

  /** Opens a run whose status the test sets. */
  async function openStreamed() {
    const upstream = await startScriptedUpstream();
    const lines: ServerResponse[] = [];
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    upstream.answer("stream", (_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" }).write(": open\n\n");
      response.once("close", resolve);
      lines.push(response);
    });
    const { services } = await openServer(kind, upstream);
    const record = (await submitAndFind(services, makeClick())) as AcceptedRecord;
    const say = (status: object) => lines.at(-1)?.write(`data: ${JSON.stringify(status)}\n\n`);
    return { services, record, say, tear: () => lines.at(-1)?.destroy(), closed };
  }
});

const holder = { session: "anns", owner: "ann" };

async function open(
  services: Services,
  record: AcceptedRecord,
  { isLogWanted = true, session = "anns" } = {},
) {
  return readEvents(
    await streamRunStatus(services, record, { holder: { ...holder, session }, isLogWanted }),
  );
}

async function subscribe(services: Services, record: AcceptedRecord) {
  const fal = createFalClient({
    credentials: "test:test",
    fetch: async (input) => {
      const url = new URL(input instanceof Request ? input.url : input);
      const isLogWanted = url.searchParams.get("logs") === "1";
      return streamRunStatus(services, record, { holder, isLogWanted });
    },
  });
  const updates: QueueStatus[] = [];
  const ended = await fal.queue.subscribeToStatus(textToVideo.id, {
    requestId: record.requestId,
    mode: "streaming",
    logs: true,
    onQueueUpdate: (status) => void updates.push(structuredClone(status)),
  });
  return { updates, ended };
}
