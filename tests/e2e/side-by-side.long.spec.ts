import { AxeBuilder } from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";
import type { AppServer } from "./app-server.ts";
import { expect, test } from "./fixtures.ts";
import { openStudio } from "./studio.ts";

const FRAME_SECONDS = 1 / 25;

test("plays two videos in sync, with keys, and shows the differences", async ({ page, app }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  const studio = await openStudio(page);
  await makeVideo(page, app, "fal-ai/minimax-video", { prompt: "[Push in] a rocket" });
  await makeVideo(page, app, "fal-ai/minimax/hailuo-02/standard/text-to-video", {
    prompt: "[Pan left] a rocket",
    duration: "10",
  });
  await page.reload();
  await studio.library.first().press("Enter");
  await page.getByRole("button", { name: "More" }).press("Enter");
  const opener = page.getByRole("button", { name: "Compare with another" });
  await opener.press("Enter");

  const dialog = page.getByRole("dialog", { name: "Side by side" });
  const [long, short] = ["First video", "Second video"].map((name) =>
    dialog.getByRole("region", { name }),
  ) as [Locator, Locator];
  const play = dialog.getByRole("button", { name: "Play" });
  await expect(play).toBeFocused();
  await expect(long.getByText("Differs: [Pan left] a rocket")).toBeVisible();
  await expect(short.getByText("Differs: MiniMax Video-01")).toBeVisible();
  await expect(short.getByText("on", { exact: true })).toBeVisible();

  const position = dialog.getByRole("slider", { name: "Position" });
  await expect(position).toHaveAttribute("max", "10");
  await page.keyboard.press(".");
  await page.keyboard.press(".");
  await expectAt(page, [2.5 * FRAME_SECONDS, 2.5 * FRAME_SECONDS]);
  await page.keyboard.press(",");
  await expectAt(page, [1.5 * FRAME_SECONDS, 1.5 * FRAME_SECONDS]);

  await position.fill("1");
  await expectAt(page, [1, 1]);
  await play.press("Enter");
  await expect.poll(async () => (await timesOf(page))[0], { timeout: 20_000 }).toBeGreaterThan(1.3);
  // The player corrects a video that falls behind.
  await short.locator("video").evaluate((video: HTMLVideoElement) => {
    video.currentTime -= 1;
  });
  await expect
    .poll(async () => {
      const [lead, follower] = await timesOf(page);
      return Math.abs(lead - follower);
    })
    .toBeLessThan(0.1);
  await dialog.getByRole("button", { name: "Pause" }).press("Enter");
  const [one, other] = await timesOf(page);
  expect(Math.abs(one - other)).toBeLessThanOrEqual(FRAME_SECONDS);

  // The shorter video waits on its last frame.
  await position.fill("8");
  const end = await short.locator("video").evaluate((video: HTMLVideoElement) => video.duration);
  expect(end).toBeLessThan(7);
  await expectAt(page, [8, end - FRAME_SECONDS / 2]);

  const { violations } = await new AxeBuilder({ page }).include("dialog").analyze();
  expect(violations).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(opener).toBeFocused();
});

test("starts by itself, and repeats when the longer video has ended", async ({ page, app }) => {
  const studio = await openStudio(page);
  for (const move of ["Push in", "Pan left", "Tilt up"])
    await makeVideo(page, app, "fal-ai/minimax-video", { prompt: `[${move}] a rocket` });
  await page.setViewportSize({ width: 360, height: 740 });
  await page.reload();
  await studio.library.first().click();
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("button", { name: "Compare with another" }).click();
  const dialog = page.getByRole("dialog", { name: "Side by side" });
  const panes = ["First video", "Second video"].map((name) =>
    dialog.getByRole("region", { name }),
  ) as [Locator, Locator];
  await expect.poll(async () => (await timesOf(page))[0], { timeout: 20_000 }).toBeGreaterThan(0.3);
  expect(await dialog.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(
    0,
  );

  await dialog.getByRole("slider", { name: "Position" }).fill("5.7");
  await expect.poll(async () => (await timesOf(page))[0], { timeout: 20_000 }).toBeLessThan(3);
  await expect(dialog.getByRole("button", { name: "Pause" })).toBeVisible();

  const choices = dialog.getByRole("list", { name: "The second video" }).getByRole("button");
  await choices.last().click();
  await expect(choices.last()).toHaveAttribute("aria-pressed", "true");
  await expect(panes[1].getByText("[Push in] a rocket")).toBeVisible();
  await expect.poll(async () => (await timesOf(page))[1], { timeout: 20_000 }).toBeGreaterThan(0.3);
});

async function makeVideo(page: Page, { origin }: AppServer, model: string, input: object) {
  const submitted = await page.request.post(`${origin}/api/fal/proxy`, {
    headers: { "x-fal-target-url": `https://queue.fal.run/${model}` },
    data: input,
  });
  expect(submitted.status()).toBe(200);
  const { generation_id: id } = await submitted.json();
  await expect
    .poll(
      async () => (await (await page.request.get(`${origin}/api/generations/${id}`)).json()).status,
      { timeout: 60_000 },
    )
    .toBe("done");
}

async function timesOf(page: Page): Promise<[number, number]> {
  const [one, other] = await page
    .locator("dialog video")
    .evaluateAll((videos) => videos.map((video) => (video as HTMLVideoElement).currentTime));
  return [one ?? 0, other ?? 0];
}

async function expectAt(page: Page, seconds: readonly [number, number]) {
  await expect
    .poll(async () => (await timesOf(page)).map((time) => Math.round(time * 100)))
    .toEqual(seconds.map((time) => Math.round(time * 100)));
}
