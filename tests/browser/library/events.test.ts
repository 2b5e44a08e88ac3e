import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { problem } from "@/lib/problems";
import { openFakeBrowser, openTabWithRun, settle } from "./fake-browser";

const video = { url: "https://video.example/1.mp4" };
const running = { status: "running", requestId: "r1", startedAt: "" } as const;
const done = { status: "done", requestId: "r1", video, settledAt: "" } as const;

beforeEach(() => void vi.useFakeTimers({ now: new Date("2026-05-01T12:00:00Z") }));
afterEach(() => void vi.useRealTimers());

/** Lets time pass while the server sends its regular sign of life. */
async function pass(seconds: number, server: { alive: () => void }) {
  for (let left = seconds; left > 0; left -= 5) {
    await vi.advanceTimersByTimeAsync(5_000);
    server.alive();
    await settle();
  }
}

test("opens no connection for a visitor without generations", async () => {
  const { openTab, server } = openFakeBrowser();
  await openTab().open();
  await vi.advanceTimersByTimeAsync(120_000);
  expect([server.streams(), server.asked]).toEqual([0, ["page"]]);
});

test("sends no request while three runs wait and nothing changes", async () => {
  const { openTab, server } = openFakeBrowser();
  for (const id of ["g1", "g2", "g3"]) server.record(id, { status: "queued", requestId: id });
  const tab = openTab();
  await tab.open();
  tab.library.watch("click-of-g1");
  await settle();
  const before = server.asked.length;
  await pass(120, server);
  expect(server.asked.slice(before)).toEqual([]);
  expect([server.streams(), tab.watchers.length]).toEqual([1, 1]);
});

test("shows each event of the stream", async () => {
  const { server, tab } = await openTabWithRun();
  server.tell(server.record("g1", done));
  server.tell(server.record("g2", { status: "queued", requestId: "r2", position: 3 }));
  await settle();
  expect(tab.states()).toEqual(["queued", "done"]);
  server.remove("g1");
  server.tellDeleted("g1");
  await settle();
  expect(tab.states()).toEqual(["queued"]);
});

test("reads the newest page once the first stream is open, because earlier changes are unknown", async () => {
  const { openTab, server } = openFakeBrowser();
  server.record("g1", running);
  const tab = openTab();
  const { readPage } = tab.deps.api;
  tab.deps.api.readPage = async (cursor) => {
    const page = await readPage(cursor);
    server.record("g1", done);
    return page;
  };
  await tab.open();
  expect(tab.states()).toEqual(["done"]);
});

test("reads the newest page when the server reports too many changes", async () => {
  const { server, tab } = await openTabWithRun();
  server.record("g1", done);
  server.tellReload();
  await settle();
  expect(tab.states()).toEqual(["done"]);
});

test("resumes a broken stream after the last event that it received", async () => {
  const { server } = await openTabWithRun();
  server.tell(server.record("g1", { ...running, unheardSince: "x" }));
  await settle();
  server.cut();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(server.asked.at(-1)).toBe("stream 101");
  expect(server.streams()).toBe(1);
});

test("shows a run that ended while the server was away within two seconds of its return", async () => {
  const { server, tab } = await openTabWithRun();
  server.down(true);
  server.cut();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(tab.library.get().watched[0]?.trouble).toMatchObject({ code: "server_unreachable" });
  server.tell(server.record("g1", done));
  server.down(false);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(tab.library.get().watched[0]).toMatchObject({ generation: done });
  expect(tab.library.get().watched[0]?.trouble).toBeUndefined();
  expect(server.streams()).toBe(1);
});

test("opens a new stream at once when the browser is online again", async () => {
  const { server, tab } = await openTabWithRun();
  // The old connection is dead, and the browser does not know.
  const before = server.asked.length;
  await tab.online();
  expect(server.asked.slice(before)).toEqual(["stream 100"]);
});

test("opens a new stream after a silence of more than 35 seconds", async () => {
  const { server } = await openTabWithRun();
  await vi.advanceTimersByTimeAsync(34_000);
  expect(server.asked.filter((one) => one.startsWith("stream"))).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(4_000);
  expect(server.asked.filter((one) => one.startsWith("stream"))).toHaveLength(2);
  expect(server.streams()).toBe(1);
});

test("opens a new stream when the computer has slept for an hour", async () => {
  const { server } = await openTabWithRun();
  // The timers of a sleeping laptop stand still.
  vi.setSystemTime(Date.now() + 60 * 60_000);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(server.asked.at(-1)).toBe("stream 100");
  expect(server.streams()).toBe(1);
});

test("reopens a stream that the server has ended, without reading the library", async () => {
  const { server } = await openTabWithRun();
  const before = server.asked.length;
  server.endStreams();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(server.asked.slice(before)).toEqual(["stream 100"]);
});

test("polls once a second behind a proxy that buffers the stream, and retries the stream later", async () => {
  const { openTab, server } = openFakeBrowser();
  for (const id of ["g1", "g2", "g3"]) server.record(id, running);
  server.holdBack(true);
  const tab = openTab();
  await tab.open();
  await vi.advanceTimersByTimeAsync(6_000);
  server.record("g1", done);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(tab.states()).toEqual(["running", "running", "done"]);
  expect(server.streams()).toBe(0);
  server.holdBack(false);
  await vi.advanceTimersByTimeAsync(62_000);
  expect(server.streams()).toBe(1);
  const before = server.asked.length;
  await pass(10, server);
  expect(server.asked.slice(before)).toEqual([]);
});

test("ignores events of a generation that was deleted meanwhile", async () => {
  const { openTab, server } = openFakeBrowser();
  const generation = server.record("g1", done);
  server.record("g2", running);
  const tab = openTab();
  await tab.open();
  await tab.library.remove(["click-of-g1"]);
  server.tell(generation);
  await settle();
  expect(tab.states()).toEqual(["running"]);
});

test("ignores an answer that is older than the stream's last event", async () => {
  const { server, tab } = await openTabWithRun();
  const late = Promise.withResolvers<void>();
  const { readPage } = tab.deps.api;
  tab.deps.api.readPage = async (cursor) => {
    const page = await readPage(cursor);
    await late.promise;
    return page;
  };
  server.tellReload();
  await settle();
  server.tell(server.record("g1", done));
  await settle();
  late.resolve();
  await settle();
  expect(tab.states()).toEqual(["done"]);
});

test("ignores unknown events of a later server version", async () => {
  const { server, tab } = await openTabWithRun();
  server.say("event: confetti\ndata: {}\n\nevent: generation\ndata: {broken\n\n");
  server.tell(server.record("g1", done));
  await settle();
  expect(tab.states()).toEqual(["done"]);
});

test("reports a sign-out in another tab, and resumes after a sign-in", async () => {
  const { openTab, server } = openFakeBrowser();
  server.record("g1", running);
  const tab = openTab();
  const other = openTab({ isVisible: false });
  await tab.open();
  await other.open();
  server.signOut();
  await settle();
  for (const { library } of [tab, other])
    expect(library.get().watched[0]?.trouble).toMatchObject({ code: "signed_out" });
  const before = server.asked.length;
  await vi.advanceTimersByTimeAsync(30_000);
  expect(server.asked.slice(before)).toEqual([]);

  server.signIn();
  server.record("g1", done);
  await tab.show();
  expect(tab.states()).toEqual(["done"]);
  expect(server.streams()).toBe(1);
});

test("opens a stream for the run on the stage, and closes it while the tab is hidden", async () => {
  const { openTab, server } = openFakeBrowser();
  server.record("g1", { status: "queued", requestId: "r1" });
  server.record("g2", { status: "queued", requestId: "r2" });
  const tab = openTab();
  await tab.open();
  expect(tab.watchers).toHaveLength(0);
  tab.library.watch("click-of-g1");
  await settle();
  const [first] = tab.watchers;
  first?.onEvent({ type: "started" });
  first?.onLog([{ at: "", message: "10%" }]);
  expect(tab.library.get().watched[1]).toMatchObject({
    generation: { status: "running" },
    log: [{ message: "10%" }],
  });
  await tab.hide();
  expect(first?.signal.aborted).toBe(true);
  await tab.show();
  expect(tab.watchers).toHaveLength(2);
  tab.library.watch("click-of-g2");
  expect(tab.watchers[1]?.signal.aborted).toBe(true);
  expect(tab.watchers[2]?.requestId).toBe("r2");
});

test("reads the record of the run on the stage after its end, until it contains the outcome", async () => {
  const { server, tab } = await openTabWithRun();
  tab.library.watch("click-of-g1");
  await settle();
  tab.watchers[0]?.end();
  await settle();
  expect(tab.states()).toEqual(["running"]);
  server.record("g1", { status: "archiving", requestId: "r1", video });
  await vi.advanceTimersByTimeAsync(400);
  tab.watchers[1]?.end();
  await settle();
  expect(tab.states()).toEqual(["archiving"]);
});

test("shows why the run on the stage can't be followed, until it can", async () => {
  const { tab } = await openTabWithRun();
  tab.library.watch("click-of-g1");
  await settle();
  tab.watchers[0]?.onTrouble(problem("upstream_unavailable"));
  expect(tab.library.get().watched[0]?.trouble?.code).toBe("upstream_unavailable");
  tab.watchers[0]?.onTrouble(undefined);
  expect(tab.library.get().watched[0]?.trouble).toBeUndefined();
});
