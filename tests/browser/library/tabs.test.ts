import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openFakeBrowser, openTabWithRun, settle } from "./fake-browser";

const input = { prompt: "the cup", prompt_optimizer: true };
const video = { url: "https://video.example/1.mp4" };
const running = { status: "running", requestId: "r1", startedAt: "" } as const;
const done = { status: "done", requestId: "r1", video, settledAt: "" } as const;

beforeEach(() => void vi.useFakeTimers({ now: new Date("2026-05-01T12:00:00Z") }));
afterEach(() => void vi.useRealTimers());

test("opens one stream for thirty tabs, and passes its events to all of them", async () => {
  const { openTab, server } = openFakeBrowser();
  server.record("g1", running);
  const tabs = Array.from({ length: 30 }, (_, index) => openTab({ isVisible: index === 29 }));
  for (const tab of tabs) await tab.open();
  expect(server.streams()).toBe(1);
  const before = server.asked.length;
  server.tell(server.record("g1", done));
  await settle();
  for (const tab of tabs) expect(tab.states()).toEqual(["done"]);
  expect(server.asked.slice(before)).toEqual([]);
});

test("shows a click of one tab in the other without a request", async () => {
  const { openTab, server } = openFakeBrowser();
  const [one, other] = [openTab(), openTab()];
  await one.open();
  await other.open();
  const before = server.asked.length;
  const click = await one.library.start("a-model", input, { thumbnail: "data:small" });
  server.record("g1", { status: "queued", requestId: "r1" }, { click });
  server.submits[0]?.answer({ event: { type: "accepted", requestId: "r1" }, id: "g1" });
  await settle();
  expect(other.library.get().watched).toMatchObject([{ generation: { id: "g1", click } }]);
  expect(other.library.get().watched[0]?.generation.thumbnail).toBeUndefined();
  // From now on there are events to receive.
  expect(server.asked.slice(before)).toContain("stream from now");
  expect(server.streams()).toBe(1);
});

test("removes in every tab what one tab deletes, even without a stream", async () => {
  const { openTab, server } = openFakeBrowser();
  server.record("g1", done);
  server.holdBack(true);
  const [one, other] = [openTab(), openTab()];
  await one.open();
  await other.open();
  await one.library.remove(["click-of-g1"]);
  await settle();
  expect([one.states(), other.states()]).toEqual([[], []]);
});

test("resumes in the next tab after the last event when the tab with the stream closes", async () => {
  const { openTab, server } = openFakeBrowser();
  server.record("g1", running);
  const [one, other] = [openTab(), openTab({ isVisible: false })];
  await one.open();
  await other.open();
  server.tell(server.record("g2", running));
  await settle();
  one.close();
  await settle();
  expect(server.asked.at(-1)).toBe("stream 101");
  expect(server.streams()).toBe(1);
  server.tell(server.record("g1", done));
  await settle();
  expect(other.states()).toEqual(["running", "done"]);
});

test("moves the stream to a visible tab when the browser has frozen the tab that had it", async () => {
  const { openTab, server } = openFakeBrowser();
  server.record("g1", running);
  const [frozen, shown] = [openTab({ isVisible: false }), openTab({ isVisible: false })];
  await frozen.open();
  await shown.open();
  frozen.freeze();
  await shown.show();
  expect(server.streams()).toBe(1);
  await vi.advanceTimersByTimeAsync(1_500);
  await settle();
  server.tell(server.record("g1", done));
  await settle();
  expect(shown.states()).toEqual(["done"]);
  expect(frozen.states()).toEqual(["running"]);

  await frozen.thaw();
  expect(frozen.states()).toEqual(["done"]);
  expect(server.streams()).toBe(1);
});

test("leaves the stream with a tab that answers", async () => {
  const { openTab, server } = openFakeBrowser();
  server.record("g1", running);
  const [one, other] = [openTab({ isVisible: false }), openTab()];
  await one.open();
  await other.open();
  await vi.advanceTimersByTimeAsync(20_000);
  await other.hide();
  await other.show();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(server.asked.filter((asked) => asked.startsWith("stream"))).toHaveLength(1);
});

test("moves the stream to a visible tab when the other tab stops answering", async () => {
  const { openTab, server } = openFakeBrowser();
  server.record("g1", running);
  const [frozen, shown] = [openTab({ isVisible: false }), openTab()];
  await frozen.open();
  await shown.open();
  frozen.freeze();
  await vi.advanceTimersByTimeAsync(40_000);
  server.tell(server.record("g1", done));
  await settle();
  expect(shown.states()).toEqual(["done"]);
});

test("opens a stream in each visible tab if the browser has no locks", async () => {
  const { openTab, server } = openFakeBrowser({ hasLocks: false });
  server.record("g1", running);
  const [one, other, hidden] = [openTab(), openTab(), openTab({ isVisible: false })];
  for (const tab of [one, other, hidden]) await tab.open();
  expect(server.streams()).toBe(2);
  await one.hide();
  expect(server.streams()).toBe(1);
  server.tell(server.record("g1", done));
  await settle();
  for (const tab of [one, other, hidden]) expect(tab.states()).toEqual(["done"]);
});

test("polls for the end of a run in a hidden tab without locks", async () => {
  const { openTab, server } = openFakeBrowser({ hasLocks: false });
  server.record("g1", running);
  const tab = openTab({ isVisible: false });
  await tab.open();
  server.record("g1", done);
  await vi.advanceTimersByTimeAsync(5_000);
  expect([tab.states(), server.streams()]).toEqual([["done"], 0]);
});

test("ignores messages of a tab with another version of the page", async () => {
  const { server, tab, openTab } = await openTabWithRun();
  const channel = openTab().deps.openChannel();
  const before = server.asked.length;
  channel.post("changed");
  channel.post({ type: "event", event: { type: "generation", generation: { id: "g1" } } });
  await settle();
  expect([tab.states(), server.asked.slice(before)]).toEqual([["running"], []]);
});

test("releases its lock, channel and stream when it is closed", async () => {
  const { server, tab } = await openTabWithRun();
  tab.library.watch("click-of-g1");
  await settle();
  tab.close();
  await settle();
  const before = server.asked.length;
  await vi.advanceTimersByTimeAsync(120_000);
  expect([server.streams(), server.asked.slice(before)]).toEqual([0, []]);
  expect(tab.watchers[0]?.signal.aborted).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});
