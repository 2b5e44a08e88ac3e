import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import { makeVideo } from "./links.ts";
import { countPresses } from "./presses.ts";
import { coffee, expectPlaying, openStudio, prepare } from "./studio.ts";

const DAY_MS = 24 * 60 * 60_000;

test("three variations, the best one starred and shared, the others deleted: at most 8 presses", {
  tag: "@long",
}, async ({ page, browser, baseURL }) => {
  test.slow();
  const presses = await countPresses(page);
  const studio = await openStudio(page);
  await prepare(studio, coffee, "Steam rises from the cup");

  for (const count of [1, 2, 3]) {
    await studio.generate.click();
    await expect(studio.library).toHaveCount(count);
  }
  const marks = page.getByRole("checkbox", { name: /^Select/ });
  const stars = page.getByRole("checkbox", { name: /^Star/ });
  await expect(stars).toHaveCount(3, { timeout: 90_000 });
  await expectPlaying(studio.video);
  await expectDifferent(page);
  await expectOneAtRest();

  await stars.first().check();
  await page.getByRole("button", { name: "Share" }).click();
  await expect(page.getByLabel("Link", { exact: true })).toHaveValue(/\/v\//);
  await marks.nth(1).check();
  await marks.nth(2).check();
  await page
    .getByRole("toolbar", { name: "Selected videos" })
    .getByRole("button", { name: "Delete" })
    .click();

  await expect(studio.library).toHaveCount(1);
  await expect(stars).toBeChecked();
  expect(await presses()).toBeLessThanOrEqual(8);

  /** The same library on a phone, with nothing on the stage. */
  async function expectOneAtRest() {
    const phone = await browser.newContext({
      baseURL,
      storageState: await page.context().storageState(),
      viewport: { width: 360, height: 740 },
      hasTouch: true,
      isMobile: true,
    });
    const theirs = await phone.newPage();
    const { library, state } = await openStudio(theirs);
    await expect(library).toHaveCount(3);
    await expect(state).toHaveText("No picture yet");
    const films = theirs.locator("video");
    await library.last().scrollIntoViewIfNeeded();
    await expectPlaying(films);
    expect(await films.evaluate((video: HTMLVideoElement) => video.muted)).toBe(true);
    // The stage has a video now, so the film stops.
    await library.first().tap();
    await expectPlaying(theirs.getByRole("region", { name: "Result" }).locator("video"));
    await expect(library.locator("video")).toHaveCount(0);
    await phone.close();
  }
});

test("a video of a month ago is found by a word: 2 presses", async ({ page, startApp }) => {
  const app = await startApp();
  await makeVideo(page.request, app, "A lighthouse in the fog");
  app.makeOlder(31 * DAY_MS);
  await makeVideo(page.request, app, "A harbour at noon");
  const presses = await countPresses(page);
  const studio = await openStudio(page, app.origin);
  await expect(studio.library).toHaveCount(2);

  const search = page.getByRole("searchbox", { name: "Search the library" });
  await search.click();
  await page.keyboard.type("lighthouse");
  await expect(studio.library).toHaveCount(1);
  await studio.library.first().click();
  await expectPlaying(studio.video);
  expect(await presses()).toBe(2);
});

/** All videos of the library, byte by byte. */
async function expectDifferent(page: Page) {
  const videos = await page.evaluate(async () => {
    const { items } = await (await fetch("/api/generations")).json();
    return Promise.all(
      (items as { video: { url: string } }[]).map(async ({ video }) => {
        const bytes = await (await fetch(video.url)).arrayBuffer();
        const digest = await crypto.subtle.digest("SHA-256", bytes);
        return [...new Uint8Array(digest)].join();
      }),
    );
  });
  expect(new Set(videos).size).toBe(3);
}
