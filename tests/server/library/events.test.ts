import { describe, expect, onTestFinished, test, vi } from "vitest";
import { report } from "@/lib/server/generations/records/report";
import { handleWebhook } from "@/lib/server/generations/watch/handle-webhook";
import { type AcceptedRecord, askRunStatus } from "@/lib/server/generations/watch/status";
import { deleteGeneration } from "@/lib/server/library/delete";
import { openLibraryStream } from "@/lib/server/library/events/stream";
import { listGenerations } from "@/lib/server/library/list";
import type { Services } from "@/lib/server/services";
import { revokeSession } from "@/lib/server/sessions/revoked-sessions";
import { completed, resultAt, startScriptedUpstream } from "../generations/scripted-upstream";
import {
  addGeneration,
  databaseKinds,
  makeClick,
  openServer,
  submitAndFind,
  type TestServer,
} from "../generations/support";
import { readEvents } from "./read-events";

const origin = "http://localhost:3000";
const MINUTE = 60_000;
const ended = [{ type: "refused", problem: { code: "not_sent", charged: "no" } }] as const;

describe.each(databaseKinds)("a library's events on %s", (kind) => {
  test("contain each step of a run as the library shows it", async () => {
    const { services } = await openTestServer();
    const events = open(services);

    const { id, owner } = await submitAndFind(services, makeClick());
    await report(services, id, { type: "in-line", position: 2 });

    const seen = [];
    for (let last = ""; last !== "queued 2"; ) {
      const { event, data } = (await events.next()) ?? {};
      expect(event).toBe("generation");
      last = `${data?.status} ${data?.position}`;
      seen.push(data);
    }
    const { items } = await listGenerations(services, owner, { limit: 1, origin });
    expect(seen.at(-1)).toEqual(JSON.parse(JSON.stringify(items[0])));
  });

  test("contain the end of a run that a webhook reports if the upstream has no stream", async () => {
    const upstream = await startScriptedUpstream();
    const { services, watcher } = await openServer(kind, upstream);
    const record = (await submitAndFind(services, makeClick())) as AcceptedRecord;
    const events = open(services);
    await askRunStatus(services, record);
    upstream.answer("status", completed);
    upstream.answer("result", resultAt("https://v3b.fal.media/files/b/rocket/output.mp4"));

    // Less than a second after an answer with another state.
    await handleWebhook(services, record.id, { requestIds: [record.requestId] });
    await watcher.turn();

    let last = await events.next();
    while (last?.data.status === "queued") last = await events.next();
    expect(last?.data).toMatchObject({ id: record.id, status: "archiving" });
  });

  test("contain nothing of another owner", async () => {
    const { services } = await openTestServer();
    const events = open(services, { owner: "eve", session: "eves" });

    await addGeneration(services, [...ended]);
    const own = await addGeneration(services, [...ended], { owner: "eve" });

    expect((await events.next())?.data.id).toBe(own);
  });

  test("contain a deletion", async () => {
    const { services } = await openTestServer();
    const id = await addGeneration(services, [...ended]);
    const click = await clickOf(services, id);
    const events = open(services);

    await deleteGeneration(services, "ann", id);

    expect(await events.next()).toMatchObject({ event: "deleted", data: { id, click } });
  });

  test("contain, after a reconnection, what was changed and deleted meanwhile", async () => {
    const { services, clock } = await openTestServer();
    const unchanged = await addGeneration(services);
    const deleted = await addGeneration(services, [...ended]);
    clock.now += 10 * MINUTE;
    const lastEventId = String(clock.now);
    clock.now += 10 * MINUTE;
    const added = await addGeneration(services);
    await deleteGeneration(services, "ann", deleted);
    await addGeneration(services, [], { owner: "eve" });

    const events = open(services, { lastEventId });

    const seen = [await events.next(), await events.next()];
    expect(seen.map((event) => [event?.event, event?.data.id])).toEqual([
      ["deleted", deleted],
      ["generation", added],
    ]);
    expect(Number(seen[1]?.id)).toBe(clock.now);
    await report(services, unchanged, ended[0]);
    expect((await events.next())?.data.id).toBe(unchanged);
  });

  test("lose no change that happens while the missed ones are read", async () => {
    const { services, clock } = await openTestServer();
    const lastEventId = String(clock.now);
    const id = await addGeneration(services);

    const events = open(services, { lastEventId });
    await report(services, id, ended[0]);

    let last = await events.next();
    while (last?.data.status !== "refused") last = await events.next();
    expect(last.data.id).toBe(id);
  });

  test.each([
    ["that is two hours old", (now: number) => String(now - 120 * MINUTE)],
    ["of another clock", (now: number) => String(now + 120 * MINUTE)],
    ["that is none of ours", () => "abc"],
    ["that is empty", () => ""],
  ])("make a client with a last event %s read the library", async (_, toId) => {
    const { services, clock } = await openTestServer();

    const events = open(services, { lastEventId: toId(clock.now) });

    expect(await events.next()).toEqual({ event: "reload", id: String(clock.now), data: {} });
  });

  test("make a client that missed too many changes read the library", async () => {
    const { services, clock } = await openTestServer();
    const lastEventId = String(clock.now);
    for (let n = 0; n < 101; n++) await addGeneration(services);

    expect((await open(services, { lastEventId }).next())?.event).toBe("reload");
  });

  test("wait for a slow client, and contain only the latest state", async () => {
    const { services } = await openTestServer();
    const slow = open(services);
    const fast = open(services, { session: "another" });
    const accepted = () => ({ type: "accepted", requestId: crypto.randomUUID() }) as const;
    const one = await addGeneration(services, [accepted()]);
    const other = await addGeneration(services, [accepted()]);
    for (let position = 50; position > 0; position--)
      await report(services, one, { type: "in-line", position });
    for (let last = await fast.next(); last?.data.position !== 1; ) last = await fast.next();

    const seen = [await slow.next(), await slow.next()];
    expect(seen.map((event) => event?.data.id)).toEqual([other, one]);
    expect(seen[1]?.data).toMatchObject({ status: "queued", position: 1 });
  });

  test("make a client that was too slow read the library", async () => {
    const { services } = await openTestServer();
    const slow = open(services);
    const fast = open(services, { session: "another" });
    for (let n = 0; n < 110; n++) {
      await addGeneration(services, [...ended]);
      await fast.next();
    }

    expect((await slow.next())?.event).toBe("reload");
  });

  test("end when their session signs out, and not with another one", async () => {
    const { services } = await openTestServer();
    const [own, copy] = [open(services, { session: "left" }), open(services, { session: "left" })];
    const other = open(services, { session: "stays" });

    await revokeSession(services.db, "left");

    for (const events of [own, copy]) {
      expect(await events.next()).toEqual({ event: "signed_out", id: undefined, data: {} });
      expect(await events.next()).toBeUndefined();
    }
    const id = await addGeneration(services, [...ended]);
    expect((await other.next())?.data.id).toBe(id);
    expect(await open(services, { session: "left" }).next()).toMatchObject({ event: "signed_out" });
  });

  test("use one upstream stream for a run, however many clients follow it", async () => {
    const upstream = await startScriptedUpstream();
    upstream.answer("stream", (_, response) => {
      response.write('data: {"status":"IN_QUEUE","queue_position":3}\n\n');
    });
    const { services } = await openServer(kind, upstream);
    const clients = Array.from({ length: 5 }, () => open(services));

    const { id } = await submitAndFind(services, makeClick());

    for (const client of clients) {
      let last = await client.next();
      while (last?.data.position !== 3) last = await client.next();
      expect(last.data.id).toBe(id);
    }
    expect(upstream.calls("stream")).toHaveLength(1);
    expect(upstream.calls("status")).toEqual([]);
  });

  async function openTestServer(): Promise<TestServer> {
    return openServer(kind, await startScriptedUpstream());
  }
});

describe("the stream of a library", () => {
  test("opens at once, and sends signs of life", async () => {
    const { services } = await openServer("sqlite", await startScriptedUpstream());
    fakeTimers();
    const response = answer(services);
    const events = readEvents(response);
    const reading = events.next();

    await vi.advanceTimersByTimeAsync(46_000);

    expect(events.comments).toEqual(["open", "alive", "alive", "alive"]);
    expect(Object.fromEntries(response.headers)).toEqual({
      "content-type": "text/event-stream",
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
    });
    await vi.advanceTimersByTimeAsync(30 * MINUTE);
    expect(await reading).toBeUndefined();
  });

  test("is closed when its client reads nothing for a minute", async () => {
    const { services } = await openServer("sqlite", await startScriptedUpstream());
    fakeTimers();
    const { body } = answer(services);

    await vi.advanceTimersByTimeAsync(90_000);

    const reader = body?.getReader();
    await expect(reader?.read()).rejects.toThrow("reads nothing");
    expect(services.libraryEvents.hasReaders()).toBe(false);
  });

  test("is closed for the oldest client when a session opens nine", async () => {
    const { services } = await openServer("sqlite", await startScriptedUpstream());
    const [oldest, next] = Array.from({ length: 9 }, () => open(services));

    expect(await oldest?.next()).toBeUndefined();
    const id = await addGeneration(services, [...ended]);
    expect((await next?.next())?.data.id).toBe(id);
  });

  test("is refused while a network or an owner has too many", async () => {
    const { services } = await openServer("sqlite", await startScriptedUpstream());
    const opened = Array.from({ length: 200 }, (_, n) =>
      open(services, { session: `${n}`, owner: `${n}`, network: "10.0.0.1" }),
    );

    expect(() => answer(services, { network: "10.0.0.1" })).toThrow("server_busy");
    open(services, { session: "elsewhere", network: "10.0.0.2" });
    await opened[7]?.leave();
    await vi.waitFor(() => open(services, { session: "again", network: "10.0.0.1" }));
  });

  test("releases everything when its clients have left", async () => {
    const { services } = await openServer("sqlite", await startScriptedUpstream());
    const clients = Array.from({ length: 30 }, (_, n) => open(services, { session: `${n}` }));
    await addGeneration(services, [...ended]);
    for (const client of clients) await client.next();

    for (const client of clients) await client.leave();

    await vi.waitFor(() => expect(services.libraryEvents.hasReaders()).toBe(false));
  });
});

type Client = Partial<Parameters<typeof openLibraryStream>[1]>;

function answer(services: Services, client: Client = {}): Response {
  return openLibraryStream(services, { owner: "ann", session: "anns", origin, ...client });
}

function open(services: Services, client?: Client) {
  return readEvents(answer(services, client));
}

async function clickOf({ db }: Services, id: string): Promise<string> {
  const { click } = await db.query
    .selectFrom("generations")
    .select("click")
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  return click;
}

function fakeTimers(): void {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"],
  });
  onTestFinished(() => void vi.useRealTimers());
}
