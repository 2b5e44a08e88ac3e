import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { GenerationState } from "@/lib/generation";
import { problem } from "@/lib/problems";
import { openFakeBrowser, settle } from "./fake-browser";

const done: GenerationState = {
  ...{ status: "done", requestId: "r", video: { url: "/v.mp4" }, settledAt: "" },
};
const refused: GenerationState = {
  ...{ status: "refused", problem: problem("too_fast"), settledAt: "" },
};

beforeEach(() => void vi.useFakeTimers({ now: new Date("2026-05-01T12:00:00Z") }));
afterEach(() => void vi.useRealTimers());

/** A tab whose library has `count` videos on the server; number 0 is the oldest. */
async function openTabWith(count: number) {
  const { openTab, server } = openFakeBrowser();
  for (let index = 0; index < count; index++)
    server.record(`g${index}`, done, {
      input: { prompt: `cup ${index}x`, prompt_optimizer: true },
    });
  const tab = openTab();
  await tab.open();
  const { library } = tab;
  return {
    ...{ tab, library, server },
    found: () => library.get().found?.items.map(({ generation }) => generation.id),
    listed: () => library.get().listed.map(({ generation }) => generation.id),
  };
}

test("a search finds what no page has loaded, and leaves the list as it is", async () => {
  const { library, found, listed } = await openTabWith(40);
  const before = listed();
  expect(before).toHaveLength(24);

  await library.search({ q: " cup 3x ", filter: "" });

  expect(found()).toEqual(["g3"]);
  expect(library.get().found).toMatchObject({ query: { q: "cup 3x", filter: "" }, more: "none" });
  expect(listed()).toEqual(before);
  await library.search({ q: "", filter: "" });
  expect(library.get().found).toBeUndefined();
  await library.loadMore();
  expect(listed()).toHaveLength(40);
});

test("a late answer to an earlier search is dropped", async () => {
  const { library, found } = await openTabWith(12);
  const first = library.search({ q: "cup 1", filter: "" });
  const second = library.search({ q: "cup 11x", filter: "" });
  await Promise.all([first, second]);
  expect(found()).toEqual(["g11"]);
});

test("a search goes on page by page, fails with a word, and goes on again", async () => {
  const { library, server, found } = await openTabWith(60);
  await library.search({ q: "cup", filter: "" });
  expect(found()).toHaveLength(24);
  server.down(true);
  await library.loadMore();
  expect(library.get().found?.more).toBe("failed");
  server.down(false);
  await library.loadMore();
  await library.loadMore();
  expect(found()).toHaveLength(60);
  expect(library.get().found?.more).toBe("none");
});

test("what is made while a search is shown joins it, by one request for all its steps", async () => {
  const { library, server, found } = await openTabWith(2);
  await library.search({ q: "cup", filter: "" });
  server.asked.length = 0;
  const made = server.record("g9", done, { input: { prompt: "cup 9", prompt_optimizer: true } });
  server.tell(made);
  server.tell(made);
  await vi.advanceTimersByTimeAsync(1_100);
  expect(found()).toEqual(["g9", "g1", "g0"]);
  expect(server.asked).toEqual(["page cup"]);
});

test("a star is shown at once, found by its filter, and taken back if the server could not", async () => {
  const { library, server, found } = await openTabWith(3);
  const star = library.changeWords("click-of-g1", { isStarred: true });
  expect(library.get().watched[1]?.generation.isStarred).toBe(true);
  await star;
  await library.search({ q: "", filter: "starred" });
  expect(found()).toEqual(["g1"]);

  server.down(true);
  await expect(library.changeWords("click-of-g1", { isStarred: false })).rejects.toThrow();
  expect(library.get().watched[1]?.generation.isStarred).toBe(true);
});

test("a title is shown at once, and an empty one removes it", async () => {
  const { library } = await openTabWith(1);
  await library.changeWords("click-of-g0", { title: "Breakfast" });
  expect(library.get().watched[0]?.generation.title).toBe("Breakfast");
  await library.changeWords("click-of-g0", { title: "" });
  expect(library.get().watched[0]?.generation.title).toBeUndefined();
});

test("what is removed disappears at once, also from a search, and an undo brings it back", async () => {
  const { library, server, found, listed } = await openTabWith(3);
  await library.search({ q: "cup", filter: "" });
  const removing = library.remove(["click-of-g0", "click-of-g2"]);
  expect([found(), listed()]).toEqual([["g1"], ["g1"]]);
  await removing;
  server.tellDeleted("g0");
  server.tellDeleted("g2");
  await settle();
  expect(library.get().removed).toMatchObject({
    clicks: ["click-of-g0", "click-of-g2"],
    until: Date.now() + 10_000,
  });

  await library.undo();
  expect(listed()).toEqual(["g2", "g1", "g0"]);
});

test("what stands on several pages is removed at once", async () => {
  const { library, listed } = await openTabWith(60);
  await library.loadMore();
  const clicks = library.get().watched.map(({ generation }) => generation.click);
  expect(clicks).toHaveLength(48);
  await library.remove(clicks);
  expect(listed()).toEqual([]);
  await library.undo();
  expect(listed()).toHaveLength(48);
});

test("more than one request may remove is removed and brought back by one press each", async () => {
  const { library, listed, server } = await openTabWith(510);
  while (library.get().more !== "none") await library.loadMore();
  const clicks = library.get().watched.map(({ generation }) => generation.click);
  expect(clicks).toHaveLength(510);
  await library.remove(clicks);
  expect(listed()).toEqual([]);
  expect(library.get().removed?.clicks).toHaveLength(510);
  expect(server.asked.filter((name) => name.startsWith("remove "))).toHaveLength(2);
  await library.undo();
  expect(listed()).toHaveLength(510);
});

test("deleting in two tabs removes once, says so in both, and an undo brings it back in both", async () => {
  const { openTab, server } = openFakeBrowser();
  server.record("g0", done);
  const [one, other] = [openTab(), openTab()];
  await one.open();
  await other.open();
  await Promise.all([
    one.library.remove(["click-of-g0"]),
    other.library.remove(["click-of-g0"]).catch(() => {}),
  ]);
  server.tellDeleted("g0");
  await settle();
  expect([one.states(), other.states()]).toEqual([[], []]);
  await one.library.undo();
  server.tell(server.record("g0", done));
  await settle();
  expect([one.states(), other.states()]).toEqual([["done"], ["done"]]);
});

test("what could not be removed is shown again, and a run that is under way stays", async () => {
  const { library, server, listed } = await openTabWith(2);
  server.down(true);
  await expect(library.remove(["click-of-g0"])).rejects.toThrow();
  expect(listed()).toEqual(["g1", "g0"]);

  server.down(false);
  server.tell(server.record("g5", { status: "running", requestId: "r5", startedAt: "" }));
  await settle();
  await library.remove(["click-of-g5", "click-of-g0"]);
  expect(library.get().removed?.clicks).toEqual(["click-of-g0"]);
  expect(listed()).toEqual(["g5", "g1"]);
});

test("what another device deletes meanwhile is not shown again", async () => {
  const { library, server, listed } = await openTabWith(2);
  server.api.removeGenerations = async () => {
    server.tellDeleted("g0");
    await settle();
    return { id: "nothing", ids: [], undoSeconds: 10 };
  };
  await library.remove(["click-of-g0"]);
  expect(listed()).toEqual(["g1"]);
});

test("every run without a video is removed by one press", async () => {
  const { library, server, listed } = await openTabWith(1);
  server.tell(server.record("g7", refused));
  server.tell(server.record("g8", refused));
  await settle();
  await library.removeNotMade();
  expect(listed()).toEqual(["g0"]);
  await library.undo();
  expect(listed()).toEqual(["g8", "g7", "g0"]);
});

test("an undo in one tab brings it back in the other", async () => {
  const { openTab, server } = openFakeBrowser();
  server.record("g0", done);
  const [one, other] = [openTab(), openTab()];
  await one.open();
  await other.open();
  await one.library.remove(["click-of-g0"]);
  server.tellDeleted("g0");
  await settle();
  expect(other.states()).toEqual([]);

  await one.library.undo();
  server.tell(server.record("g0", done));
  await settle();
  expect([one.states(), other.states()]).toEqual([["done"], ["done"]]);
});

test("the undo is offered for as long as the server keeps what was removed", async () => {
  const { library } = await openTabWith(2);
  await library.remove(["click-of-g0"]);
  expect(library.get().removed).toMatchObject({ kind: "generations", clicks: ["click-of-g0"] });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(library.get().removed).toBeUndefined();
});

test("an undo that comes too late says so", async () => {
  const { library, server } = await openTabWith(2);
  await library.remove(["click-of-g0"]);
  server.down(true);
  await library.undo();
  expect(library.get().removed?.isUndoFailed).toBe(true);
});

test("a link that is taken back comes back with an undo", async () => {
  const { library, server } = await openTabWith(1);
  const share = { slug: "s", url: "u", createdAt: "", hasPassword: false, hidePrompt: false };
  const shared = { ...share, allowDownload: true, views: 0, reports: 0 };
  server.tell(server.record("g0", done, { share: shared }));
  await settle();
  await library.takeBack(["click-of-g0"]);
  expect(library.get().watched[0]?.generation.share).toBeUndefined();
  await library.undo();
  expect(library.get().watched[0]?.generation.share?.slug).toBe("s");
});

test("an answer that is older than a deletion brings nothing back", async () => {
  const { openTab, server } = openFakeBrowser();
  const generation = server.record("g0", done);
  const [one, other] = [openTab(), openTab()];
  await one.open();
  await other.open();
  server.remove("g0");
  server.tellDeleted("g0");
  await settle();
  expect(one.states()).toEqual([]);

  // Another tab has read the page before the deletion.
  other.deps.openChannel().post({ type: "event", event: { type: "generation", generation } });
  await settle();
  expect(one.states()).toEqual([]);
});
