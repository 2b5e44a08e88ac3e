import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { GenerationState } from "@/lib/generation";
import { openTabWithRun } from "./fake-browser";

const done: GenerationState = {
  ...{ status: "done", requestId: "r", video: { url: "/v.mp4" }, settledAt: "" },
};
const click = "click-of-g1";

beforeEach(() => void vi.useFakeTimers({ now: new Date("2026-05-01T12:00:00Z") }));
afterEach(() => void vi.useRealTimers());

async function openTabWithLink() {
  const { tab, server } = await openTabWithRun(done);
  const { library } = tab;
  await library.publish(click, {});
  return { library, server, share: () => library.get().watched[0]?.generation.share };
}

test("a new link is part of the library, and can be taken back there", async () => {
  const { library, share } = await openTabWithLink();
  expect(share()?.slug).toBe("s-g1");
  await library.takeBack([click]);
  expect(share()).toBeUndefined();
  await library.undo();
  expect(share()?.slug).toBe("s-g1");
});

test("a change of a link is shown at once, and taken back if the server refuses it", async () => {
  const { library, server, share } = await openTabWithLink();
  server.down(true);
  const failing = library.publish(click, { hidePrompt: true, expiresInHours: 24, password: "x" });
  expect(share()).toMatchObject({
    ...{ hidePrompt: true, expiresAt: "2026-05-02T12:00:00.000Z" },
    // Nothing is protected before the server has the password.
    hasPassword: false,
  });
  await expect(failing).rejects.toThrow();
  expect(share()).toMatchObject({ hidePrompt: false, hasPassword: false });
  expect(share()?.expiresAt).toBeUndefined();
});

test("an answer to an earlier change does not undo a later one", async () => {
  const { library, share } = await openTabWithLink();
  const seen: unknown[] = [];
  library.subscribe(() => seen.push(share()?.allowDownload));
  await Promise.all([
    library.publish(click, { allowDownload: false }),
    library.publish(click, { hidePrompt: true }),
  ]);
  expect(new Set(seen)).toEqual(new Set([false]));
  expect(share()).toMatchObject({ hidePrompt: true, allowDownload: false });
});

test("a link that is taken back while it is changed stays away", async () => {
  const { library, server, share } = await openTabWithLink();
  server.asked.length = 0;
  const seen: unknown[] = [];
  const changing = library.publish(click, { hidePrompt: true });
  const taking = library.takeBack([click]);
  library.subscribe(() => seen.push(share()));
  await Promise.all([changing, taking]);
  expect(server.asked).toEqual(["publish g1", "take back g1"]);
  expect(new Set(seen)).toEqual(new Set([undefined]));
});

test("a link that could not be taken back is shown again", async () => {
  const { library, server, share } = await openTabWithLink();
  server.down(true);
  await expect(library.takeBack([click])).rejects.toThrow();
  expect(share()?.slug).toBe("s-g1");
});

test("a video that no page has loaded is opened by its id", async () => {
  const { tab, server } = await openTabWithRun(done);
  server.record("g2", done);
  expect(await tab.library.open("g2")).toBe("click-of-g2");
  expect(tab.states()).toEqual(["done", "done"]);
  expect(await tab.library.open("g3")).toBeUndefined();
});
