import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { beforeEach, expect, test, vi } from "vitest";
import { openDraftDatabase } from "@/lib/browser/draft/draft-database";
import type { KeptDraft } from "@/lib/browser/draft/kept-draft";
import { jpeg } from "./fakes";

const words: KeptDraft = { prompt: "it begins", optimizePrompt: true, choice: {} };
const withPicture = (url: string): KeptDraft => ({
  ...words,
  picture: { name: "a.jpg", preview: { url, width: 3, height: 2 }, notes: [] },
});

beforeEach(() => {
  vi.stubGlobal("indexedDB", new IDBFactory());
});

test("brings words and picture back on the next page", async () => {
  const page = openDraftDatabase();
  await page.keep(withPicture("blob:1"), jpeg("a.jpg"));
  const kept = await openDraftDatabase().read();
  expect(kept?.draft).toEqual(withPicture("blob:1"));
  expect(kept?.file).toMatchObject({ name: "a.jpg", type: "image/jpeg" });
  expect(await kept?.file?.text()).toBe("x");
});

test("leaves a file that belongs to another picture", async () => {
  const page = openDraftDatabase();
  await page.keep(withPicture("blob:1"), jpeg("a.jpg"));
  await page.keep(withPicture("https://fal/b"), jpeg("a.jpg"));
  await page.keep(withPicture("https://fal/c"), undefined);
  expect(await openDraftDatabase().read()).toEqual({
    draft: withPicture("https://fal/c"),
    file: undefined,
  });
});

test("keeps the last picture by itself, until it is taken away", async () => {
  const page = openDraftDatabase();
  await page.keepLast(jpeg("end.jpg"));
  expect((await openDraftDatabase().readLast())?.name).toBe("end.jpg");
  await page.keepLast(undefined);
  expect(await openDraftDatabase().readLast()).toBeUndefined();
});

test("forgets its own draft, and leaves that of another tab", async () => {
  const [mine, other] = [openDraftDatabase(), openDraftDatabase()];
  await mine.keep(words, undefined);
  await other.keep({ ...words, prompt: "of the other tab" }, undefined);
  await mine.forget();
  expect((await openDraftDatabase().read())?.draft.prompt).toBe("of the other tab");
  await other.forget();
  expect(await openDraftDatabase().read()).toBeUndefined();
});

test("keeps nothing, and throws nothing, where the browser refuses", async () => {
  vi.stubGlobal("indexedDB", {
    open() {
      throw new DOMException("Refused", "SecurityError");
    },
  });
  const page = openDraftDatabase();
  await page.keep(words, undefined);
  await page.forget();
  await expect(page.read()).resolves.toBeUndefined();
  await expect(page.readLast()).resolves.toBeUndefined();
});

test("does not wait for a browser that never answers", async () => {
  vi.useFakeTimers();
  vi.stubGlobal("indexedDB", { open: () => new EventTarget() });
  const reading = openDraftDatabase().read();
  await vi.advanceTimersByTimeAsync(2000);
  await expect(reading).resolves.toBeUndefined();
  vi.useRealTimers();
});
