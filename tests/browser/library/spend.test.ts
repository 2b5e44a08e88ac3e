import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { watchSpend } from "@/lib/browser/library/spend";
import { openFakeBrowser, settle } from "./fake-browser";

const queued = { status: "queued", requestId: "r1" } as const;
const running = { status: "running", requestId: "r1", startedAt: "" } as const;
const video = { url: "https://video.example/1.mp4" };
const done = { status: "done", requestId: "r1", video, settledAt: "" } as const;

beforeEach(() => void vi.useFakeTimers({ now: new Date("2026-05-01T12:00:00Z") }));
afterEach(() => void vi.useRealTimers());

type Browser = ReturnType<typeof openFakeBrowser>;

/** Opens a tab that shows today's cost and counts its requests to the server. */
async function openSpendTab({ openTab }: Browser, { isVisible = true } = {}) {
  // What the server has by now is older than the first answer.
  await vi.advanceTimersByTimeAsync(60_000);
  const tab = openTab({ isVisible });
  const readSpend = vi.fn(async () => ({ day: new Date().toISOString().slice(0, 10), usd: 0.4 }));
  const shown: number[] = [];
  const leave = watchSpend(
    { library: tab.library, page: tab.deps.page, now: tab.deps.now, readSpend },
    ({ usd }) => shown.push(usd),
  );
  await settle();
  await pass();
  return { ...tab, shown, leave, readSpend, asked: () => readSpend.mock.calls.length };
}

const pass = () => vi.advanceTimersByTimeAsync(1_000);

test("asks once for a library that is loaded", async () => {
  const browser = openFakeBrowser();
  for (let number = 0; number < 30; number++) browser.server.record(`g${number}`, done);
  const tab = await openSpendTab(browser);
  expect(tab.asked()).toBe(1);
  await tab.library.loadMore();
  await pass();
  expect([tab.asked(), tab.library.get().watched.length]).toEqual([1, 30]);
});

test("asks once when a run is recorded and once when its cost is known, but not for its steps", async () => {
  const browser = openFakeBrowser();
  const tab = await openSpendTab(browser);
  await tab.library.start("model", { prompt: "the cup", prompt_optimizer: true });
  await pass();
  expect(tab.asked()).toBe(1);

  const { server } = browser;
  const click = tab.library.get().watched[0]?.generation.click ?? "";
  server.record("g1", queued, { click });
  server.submits[0]?.answer({ event: { type: "accepted", requestId: "r1" }, id: "g1" });
  await pass();
  expect(tab.asked()).toBe(2);

  server.tell(server.record("g1", { ...queued, position: 2 }, { click }));
  await pass();
  server.tell(server.record("g1", running, { click }));
  await pass();
  expect(tab.asked()).toBe(2);

  server.tell(server.record("g1", done, { click }));
  await pass();
  expect(tab.asked()).toBe(3);
});

test("asks again for a run that was recorded after the answer and before the library was read", async () => {
  const browser = openFakeBrowser();
  const { library, deps } = browser.openTab();
  const readPage = deps.api.readPage;
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
  deps.api.readPage = (...page) => held.then(() => readPage(...page));
  const readSpend = vi.fn(async () => ({ day: "2026-05-01", usd: 0 }));
  watchSpend({ library, page: deps.page, now: deps.now, readSpend }, () => {});
  await pass();
  expect(readSpend).toHaveBeenCalledTimes(1);

  browser.server.record("g1", queued);
  letGo();
  await settle();
  await pass();
  expect(readSpend).toHaveBeenCalledTimes(2);
  deps.api.readPage = readPage;
});

test("asks once for several runs that change at once", async () => {
  const browser = openFakeBrowser();
  for (const id of ["g1", "g2", "g3"]) browser.server.record(id, { ...queued, requestId: id });
  const tab = await openSpendTab(browser);
  for (const id of ["g1", "g2", "g3"]) browser.server.tell(browser.server.record(id, done));
  await pass();
  expect(tab.asked()).toBe(2);
});

test("asks only in the visible tab, and in another one when it becomes visible", async () => {
  const browser = openFakeBrowser();
  browser.server.record("g1", running);
  const visible = await openSpendTab(browser);
  const hidden = await openSpendTab(browser, { isVisible: false });
  const other = await openSpendTab(browser, { isVisible: false });
  browser.server.tell(browser.server.record("g1", done));
  await pass();
  expect([visible, hidden, other].map(({ asked }) => asked())).toEqual([2, 0, 0]);

  await hidden.show();
  await pass();
  await hidden.hide();
  await hidden.show();
  await pass();
  expect([visible, hidden, other].map(({ asked }) => asked())).toEqual([2, 1, 0]);
});

test("asks again on the next day", async () => {
  const tab = await openSpendTab(openFakeBrowser());
  await tab.hide();
  vi.setSystemTime(new Date("2026-05-02T08:00:00Z"));
  await tab.show();
  await pass();
  expect(tab.asked()).toBe(2);
});

test("keeps the last amount when the server does not answer, and asks again after the next change", async () => {
  const browser = openFakeBrowser();
  for (const id of ["g1", "g2"]) browser.server.record(id, running);
  const tab = await openSpendTab(browser);
  tab.readSpend.mockRejectedValueOnce(new TypeError("Failed to fetch"));
  browser.server.tell(browser.server.record("g1", done));
  await pass();
  expect([tab.asked(), tab.shown.length]).toEqual([2, 1]);
  browser.server.tell(browser.server.record("g2", done));
  await pass();
  expect([tab.asked(), tab.shown.length]).toEqual([3, 2]);
});

test("sends no request after it is closed", async () => {
  const browser = openFakeBrowser();
  browser.server.record("g1", running);
  const tab = await openSpendTab(browser);
  tab.leave();
  browser.server.tell(browser.server.record("g1", done));
  await pass();
  expect(tab.asked()).toBe(1);
});
