import type { Locator } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import { ownAnswer } from "./gateway.ts";
import { coffee, expectPlaying, openStudio, prepare, studioOf } from "./studio.ts";

const prompt = "[Push in] the cup";

test("finishes a video while no page is open, and plays it after fal has deleted its file", {
  tag: "@long",
}, async ({ page, context, startApp }) => {
  const app = await startApp();
  const studio = await openStudio(page, app.origin);
  await prepare(studio, coffee, prompt);
  await studio.generate.click();
  await expect(studio.cancel).toBeEnabled();
  await page.close();

  await expect
    .poll(async () => (await readLibrary(context.request, app.origin))[0]?.status, {
      timeout: 60_000,
    })
    .toBe("done");
  await app.removeProviderFiles();

  const later = await context.newPage();
  const reopened = await openStudio(later, app.origin);
  await reopened.library.first().click();
  await expectPlaying(reopened.video);
  await expect(reopened.video).toHaveAttribute("src", /^\/media\/[^/]+\/video\.mp4$/);
});

test("shows thumbnails in the library", { tag: "@long" }, async ({ page, startApp }) => {
  const app = await startApp();
  const studio = await openStudio(page, app.origin);
  const pictures: string[] = [];
  page.on("response", (response) => {
    const url = response.url();
    if (/\.jpg$/.test(url)) pictures.push(`${response.status()} ${url.split("/").at(-1)}`);
  });
  await prepare(studio, coffee, prompt);
  await studio.generate.click();
  await expect(page.getByText("Kept on this server")).toBeVisible({ timeout: 60_000 });
  const film = studio.library.first().locator("img");
  await film.scrollIntoViewIfNeeded();
  await expect(film).toHaveAttribute("src", /^data:image\/jpeg/);
  await expect.poll(() => naturalWidthOf(film)).toBe(512);
  expect(pictures).toEqual([]);

  await page.reload();
  await film.scrollIntoViewIfNeeded();
  await expect.poll(() => naturalWidthOf(film)).toBe(512);
  expect(pictures).toEqual(["200 thumbnail.jpg"]);
  const [made] = await readLibrary(page.request, app.origin);
  const small = await page.request.get(`${app.origin}${made?.thumbnail}`);
  expect((await small.body()).length).toBeLessThan(40_000);

  // As in a library that is older than thumbnails.
  await app.removeThumbnails();
  await page.reload();
  await film.scrollIntoViewIfNeeded();
  await expect.poll(() => naturalWidthOf(film)).toBe(made?.picture.width);
});

function naturalWidthOf(image: Locator) {
  return image.evaluate((element: HTMLImageElement) => element.naturalWidth);
}

test("shows a library only to the browser that made it", async ({ page, browser, app }) => {
  const studio = await openStudio(page);
  await prepare(studio, coffee, prompt);
  await studio.generate.click();
  await expect(studio.video).toBeVisible({ timeout: 60_000 });
  const [mine] = await readLibrary(page.request, app.origin);

  const stranger = await browser.newContext();
  const other = await openStudio(await stranger.newPage(), app.origin);
  await expect(other.library).toHaveCount(0);
  for (const path of ["api/generations/", "media/"].map((base) => `${base}${mine?.id}`)) {
    const file = path.startsWith("media") ? "/video.mp4" : "";
    expect((await stranger.request.get(`${app.origin}/${path}${file}`)).status(), path).toBe(404);
  }
  await stranger.close();
});

test("deletes at one press, and brings it back with an undo", async ({
  page,
  app,
  allowConsoleError,
}) => {
  // A part of the video may still have been on its way to the player.
  allowConsoleError(/status of 404.*video\.mp4/);
  const studio = await openStudio(page);
  await prepare(studio, coffee, prompt);
  await studio.generate.click();
  await expect(studio.state).toHaveText("Ready", { timeout: 60_000 });
  await expect(page.getByText("Kept on this server")).toBeVisible();
  const [made] = await readLibrary(page.request, app.origin);

  await page.getByRole("button", { name: "Delete" }).click();
  await expect(studio.library).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(studio.library).toHaveCount(1);

  await studio.library.first().click();
  await page.getByRole("button", { name: "Delete" }).click();
  await expect(studio.library).toHaveCount(0);
  await page.reload();
  await expect(studio.state).toHaveText("No picture yet");
  expect(await readLibrary(page.request, app.origin)).toEqual([]);
  const video = await page.request.get(`${app.origin}/media/${made?.id}/video.mp4`);
  expect(video.status()).toBe(404);
});

test("reuses prompt and picture of an earlier video", { tag: "@long" }, async ({ page }) => {
  const studio = await openStudio(page);
  await prepare(studio, coffee, prompt);
  await studio.generate.click();
  await expect(studio.video).toBeVisible({ timeout: 60_000 });
  await page.reload();
  await studio.library.first().click();
  await expect(studio.video).toBeVisible();

  await studio.prompt.fill("something else");
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("button", { name: "Reuse" }).click();
  await expect(studio.prompt).toHaveValue(prompt);
  await expect(studio.state).toHaveText("Picture ready");
  await studio.generate.click();
  await expect(studio.library).toHaveCount(2);
  await expect(studio.video).toBeVisible({ timeout: 60_000 });
});

test("shows what another tab creates and deletes", { tag: "@long" }, async ({ page, context }) => {
  const studio = await openStudio(page);
  const second = await openStudio(await context.newPage());
  await prepare(studio, coffee, prompt);
  await studio.generate.click();
  await expect(second.library).toHaveCount(1);
  await expect(second.library.filter({ hasText: "Ready" })).toHaveCount(1, { timeout: 60_000 });

  await page.getByRole("button", { name: "Delete" }).click();
  await expect(second.library).toHaveCount(0);
});

test("makes one video after a double click on Generate", async ({ page, app }) => {
  const studio = await openStudio(page);
  await prepare(studio, coffee, prompt);
  await studio.generate.dblclick();
  await expect(studio.video).toBeVisible({ timeout: 60_000 });
  expect(await readLibrary(page.request, app.origin)).toHaveLength(1);
});

test("says that the library can't be loaded, and loads it on a press", async ({
  page,
  allowConsoleError,
}) => {
  allowConsoleError(/status of 503/);
  const down = { error: { code: "storage_unavailable", message: "", requestId: "x" } };
  await page.route("**/api/generations**", (route) =>
    route.fulfill({ status: 503, headers: ownAnswer(), json: down }),
  );
  await page.goto("/");
  const studio = studioOf(page);
  await expect(studio.alert).toHaveText(/can’t be loaded right now/);
  await page.unroute("**/api/generations**");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(studio.alert).toHaveCount(0);
});

test("loads older videos when they scroll into view", async ({
  page,
  startApp,
  allowConsoleError,
}) => {
  allowConsoleError(/status of 404/);
  // On a slow machine, many of them wait at the same time.
  const app = await startApp({ STARTS_PER_MINUTE: "60", WAITING_PER_OWNER: "60" });
  const studio = await openStudio(page, app.origin);
  // The picture does not exist, so the runs fail at once, which is the fastest way to fill the library.
  for (let index = 0; index < 60; index++) {
    const answer = await page.request.post(`${app.origin}/api/fal/proxy`, {
      headers: {
        "x-fal-target-url": "https://queue.fal.run/fal-ai/minimax-video/image-to-video",
        "x-idempotency-key": `scrolling-${index}`,
      },
      data: { prompt: `number ${index}`, image_url: "https://v3.fal.media/files/b/none/none.png" },
    });
    expect(answer.status()).toBe(200);
  }
  await page.reload();
  await expect(studio.library.first()).toContainText("number 59");
  await expect.poll(() => studio.library.count()).toBeLessThan(60);
  const strip = page.getByRole("list", { name: "Library" });
  await strip.scrollIntoViewIfNeeded();
  await expect
    .poll(async () => {
      await page.evaluate(() => scrollTo({ top: document.body.scrollHeight }));
      return strip.locator("[aria-posinset]").last().getAttribute("aria-posinset");
    })
    .toBe("60");
  await expect(studio.library.last()).toContainText("number 0");
  // Only what is near the screen is drawn, and the list still tells how many there are.
  expect(await studio.library.count()).toBeLessThan(60);
  await expect(strip.locator("[aria-posinset]").last()).toHaveAttribute("aria-setsize", "60");
});

type Listed = { id: string; status: string; picture: { width: number }; thumbnail: string };

async function readLibrary(
  request: { get(url: string): Promise<{ json(): Promise<unknown> }> },
  origin: string,
): Promise<Listed[]> {
  const answer = await request.get(`${origin}/api/generations`);
  return ((await answer.json()) as { items: Listed[] }).items;
}
