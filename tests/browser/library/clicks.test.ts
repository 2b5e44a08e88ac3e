import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { problem } from "@/lib/problems";
import { openFakeBrowser, settle } from "./fake-browser";

const input = { prompt: "the cup", prompt_optimizer: true };
const video = { url: "https://video.example/1.mp4" };

beforeEach(() => void vi.useFakeTimers({ now: new Date("2026-05-01T12:00:00Z") }));
afterEach(() => void vi.useRealTimers());

test("sends no request and opens no channel before the first subscription", async () => {
  const { openTab, server } = openFakeBrowser();
  const { library, deps } = openTab();
  const openChannel = vi.spyOn(deps, "openChannel");
  await settle();
  expect(library.get()).toEqual({ watched: [], listed: [], more: "loading" });
  expect([server.asked, openChannel.mock.calls]).toEqual([[], []]);
});

test("shows a click at once, stores it, and deletes it when the server has a record", async () => {
  const { openTab, server, kept } = openFakeBrowser();
  const tab = openTab();
  await tab.open();
  const click = await tab.library.start("a-model", input, { thumbnail: "data:small" });
  expect(tab.library.get().watched[0]).toMatchObject({
    isLocal: true,
    generation: { click, status: "submitting", thumbnail: "data:small", input },
  });
  expect([...kept.keys()]).toEqual([click]);

  server.record("g1", { status: "queued", requestId: "r1" }, { click });
  server.submits[0]?.answer({ event: { type: "accepted", requestId: "r1" }, id: "g1" });
  await settle();
  expect(tab.library.get().watched[0]).toMatchObject({
    isLocal: false,
    generation: { id: "g1", click, status: "queued", requestId: "r1" },
  });
  expect(kept.size).toBe(0);
});

test("shows the server's record of a click that was refused", async () => {
  const { openTab, server, kept } = openFakeBrowser();
  const tab = openTab();
  await tab.open();
  const click = await tab.library.start("a-model", input);
  const refused = { status: "refused", problem: problem("too_fast"), settledAt: "" } as const;
  server.record("g1", refused, { click });
  server.submits[0]?.answer({ event: { type: "refused", problem: problem("too_fast") } });
  await settle();
  expect(tab.library.get().watched).toMatchObject([
    { isLocal: false, generation: { id: "g1", status: "refused", problem: { code: "too_fast" } } },
  ]);
  expect(kept.size).toBe(0);
});

test("shows a refusal even if the server's record can't be read", async () => {
  const { openTab, server } = openFakeBrowser();
  const tab = openTab();
  await tab.open();
  await tab.library.start("a-model", input);
  server.down(true);
  server.submits[0]?.answer({ event: { type: "refused", problem: problem("offline") } });
  await settle();
  expect(tab.states()).toEqual(["refused"]);
});

test("finds a run again whose answer was lost", async () => {
  const { openTab, server } = openFakeBrowser();
  const tab = openTab();
  await tab.open();
  const click = await tab.library.start("a-model", input);
  const lost = { status: "unconfirmed", problem: problem("unconfirmed"), settledAt: "" } as const;
  server.record("g1", lost, { click });
  server.submits[0]?.answer({ event: { type: "answer-lost", problem: problem("unconfirmed") } });
  await settle();
  expect(tab.states()).toEqual(["unconfirmed"]);
  server.tell(server.record("g1", { status: "queued", requestId: "r1" }));
  await settle();
  expect(tab.states()).toEqual(["queued"]);
});

test("asks again after a reload about a click without an answer", async () => {
  const { openTab, server } = openFakeBrowser();
  const before = openTab();
  await before.open();
  const click = await before.library.start("a-model", input);
  before.close();

  const after = openTab();
  await after.open();
  expect(after.library.get().watched).toMatchObject([{ isLocal: true, generation: { click } }]);
  expect(server.submits.map(({ key, isRepeat }) => [key, isRepeat])).toEqual([
    [click, false],
    [click, true],
  ]);
});

test("stops asking about a click when the library contains it", async () => {
  const { openTab, server, kept } = openFakeBrowser();
  const before = openTab();
  await before.open();
  const click = await before.library.start("a-model", input);
  before.close();
  server.record("g1", { status: "done", requestId: "r1", video, settledAt: "" }, { click });
  const after = openTab();
  await after.open();
  expect(after.states()).toEqual(["done"]);
  expect(kept.size).toBe(0);
});

test("does not send a click that is over an hour old", async () => {
  const { openTab, server } = openFakeBrowser();
  const before = openTab();
  await before.open();
  await before.library.start("a-model", input);
  before.close();
  vi.setSystemTime(Date.now() + 61 * 60_000);
  const after = openTab();
  await after.open();
  expect([after.states(), server.submits.length]).toEqual([[], 1]);
});

test("stops asking for a click that the visitor removes", async () => {
  const { openTab, server, kept } = openFakeBrowser();
  const tab = openTab();
  await tab.open();
  const click = await tab.library.start("a-model", input);
  await tab.library.remove([click]);
  await settle();
  expect([tab.states(), kept.size]).toEqual([[], 0]);
  expect(server.asked).not.toContain(`delete ${click}`);
});

test("keeps a generation that the server could not delete", async () => {
  const { openTab, server } = openFakeBrowser();
  server.record("g1", { status: "done", requestId: "r1", video, settledAt: "" });
  const tab = openTab();
  await tab.open();
  server.down(true);
  await expect(tab.library.remove(["click-of-g1"])).rejects.toThrow();
  expect(tab.states()).toEqual(["done"]);
});

test("shows that a run is being cancelled, until the call fails", async () => {
  const { openTab, server } = openFakeBrowser();
  server.record("g1", { status: "running", requestId: "r1", startedAt: "" });
  const tab = openTab();
  await tab.open();
  const cancel = Promise.withResolvers<void>();
  vi.mocked(tab.deps.fal.cancel).mockReturnValue(cancel.promise);
  const stopping = tab.library.stop("click-of-g1");
  expect(tab.library.get().watched[0]).toMatchObject({ isCancelling: true });
  cancel.reject(new TypeError("Failed to fetch"));
  await stopping;
  expect(tab.library.get().watched[0]).toMatchObject({
    isCancelling: false,
    trouble: { code: "server_unreachable" },
  });
});

test("loads older pages, and reports a failure", async () => {
  const { openTab, server } = openFakeBrowser();
  for (let index = 0; index < 30; index++)
    server.record(`g${index}`, { status: "done", requestId: "r", video, settledAt: "" });
  const tab = openTab();
  await tab.open();
  expect([tab.states().length, tab.library.get().more]).toEqual([24, "ready"]);
  server.down(true);
  await tab.library.loadMore();
  expect([tab.states().length, tab.library.get().more]).toEqual([24, "failed"]);
  server.down(false);
  await tab.library.loadMore();
  expect([tab.states().length, tab.library.get().more]).toEqual([30, "none"]);
  expect(tab.library.get().watched[0]?.generation.id).toBe("g29");
});
