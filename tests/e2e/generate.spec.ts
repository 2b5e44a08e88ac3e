import { expect, test } from "./fixtures.ts";
import {
  coffee,
  difference,
  drop,
  expectPlaying,
  openStudio,
  prepare,
  readFrames,
  rocket,
} from "./studio.ts";

const prompt = "[Push in, Pan right] the rocket leaves the pad";

test("turns a dropped photograph into a video that begins with it", async ({ page }) => {
  const studio = await openStudio(page);
  await expect(page.getByText("Local engine: camera motion, no AI")).toBeVisible();
  await drop(page, rocket, "image/jpeg");
  await expect(studio.state).toHaveText("Picture ready");
  await studio.prompt.fill(prompt);
  await studio.generate.click();
  await expect(studio.progress).toBeVisible();

  await expectPlaying(studio.video);
  await expect(studio.state).toHaveText("Ready");
  await expect(studio.progress).toHaveCount(0);
  const { muted, loop, controls } = await studio.video.evaluate(
    ({ muted, loop, controls }: HTMLVideoElement) => ({ muted, loop, controls }),
  );
  expect({ muted, loop, controls }).toEqual({ muted: true, loop: true, controls: true });

  const photo = await page.getByRole("img", { name: "The first frame" }).getAttribute("src");
  const seen = await readFrames(studio.video, photo ?? "");
  expect([seen.width, seen.height]).toEqual([1280, 854]);
  expect(seen.duration).toBeCloseTo(5.64, 2);
  expect(difference(seen.first, seen.photo)).toBeLessThan(4);
  expect(difference(seen.first, seen.last)).toBeGreaterThan(8);

  // The video is at exactly the position of the picture.
  const [videoBox, pictureBox] = await Promise.all([
    studio.video.boundingBox(),
    page.getByRole("img", { name: "The first frame" }).boundingBox(),
  ]);
  expect(videoBox).toEqual(pictureBox);
});

test("downloads the video under a name made from the prompt", { tag: "@long" }, async ({
  page,
}) => {
  const studio = await openStudio(page);
  await prepare(studio, coffee, "[Static shot] steam rises");
  await studio.generate.click();
  await expect(studio.video).toBeVisible({ timeout: 60_000 });
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).click();
  expect((await download).suggestedFilename()).toBe("steam-rises.mp4");
});

test("shows the places in line of three runs, and plays all three videos", {
  tag: "@long",
}, async ({ page, startApp }) => {
  const app = await startApp();
  const positions = new Set<number>();
  page.on("response", async (response) => {
    if (!response.url().endsWith("/api/fal/proxy")) return;
    // The page closes the connection when it no longer needs the answer.
    const { queue_position } = await response.json().catch(() => ({}));
    if (queue_position !== undefined) positions.add(queue_position);
  });

  const studio = await openStudio(page, app.origin);
  await prepare(studio, rocket, prompt);
  for (const count of [1, 2, 3]) {
    await studio.generate.click();
    await expect(studio.library).toHaveCount(count);
    await expect(studio.cancel).toBeEnabled();
  }
  await expect(studio.library.filter({ hasText: "Ready" })).toHaveCount(3, { timeout: 60_000 });
  expect([...positions].toSorted()).toEqual([0, 1, 2]);
  for (const index of [0, 1, 2]) {
    await studio.library.nth(index).click();
    await expectPlaying(studio.video);
  }
});

test("returns to the draft after showing another video", async ({ page }) => {
  const studio = await openStudio(page);
  await prepare(studio, coffee, "[Static shot] still");
  await studio.generate.click();
  await expect(studio.library).toHaveCount(1);
  await prepare(studio, rocket, "the next one");
  await studio.library.first().click();
  await expect(studio.state).not.toHaveText("Picture ready");
  await expect(studio.prompt).toHaveValue("the next one");
  await page.getByRole("button", { name: "Back to draft" }).click();
  await expect(studio.state).toHaveText("Picture ready");
  await expect(page.getByText("rocket.jpg")).toBeVisible();
});

test("stays responsive while it follows eight generations", { tag: "@long" }, async ({
  page,
  startApp,
}) => {
  const app = await startApp();
  const studio = await openStudio(page, app.origin);
  await prepare(studio, coffee, "[Static shot] still");
  for (let count = 1; count <= 8; count++) {
    await studio.generate.click();
    await expect(studio.library).toHaveCount(count);
    await expect(studio.cancel).toBeEnabled();
  }
  const status = await page.evaluate(async () => (await fetch("/api/health")).status);
  expect(status).toBe(200);
});

test("submits after the upload if Generate is pressed earlier", async ({ page }) => {
  const studio = await openStudio(page);
  const upload = Promise.withResolvers<void>();
  await page.route("**/local-fal/**", async (route) => {
    if (route.request().method() === "PUT") await upload.promise;
    await route.continue();
  });
  await studio.image.setInputFiles(coffee);
  await expect(studio.state).toHaveText("Uploading");
  await expect(page.getByRole("progressbar", { name: "Uploading" })).toBeVisible();
  await studio.prompt.fill("[Zoom in] coffee");
  await studio.generate.click();
  await expect(studio.generate).toHaveText(/after the upload/);
  upload.resolve();
  await expect(studio.cancel).toBeVisible();
  await expect(studio.library).toHaveCount(1);
});

test("submits one run after a double click", async ({ page }) => {
  const studio = await openStudio(page);
  await prepare(studio, coffee, "[Shake] coffee");
  await studio.generate.dblclick();
  await expect(studio.cancel).toBeVisible();
  await expect(studio.library).toHaveCount(1);
});

test("shows a run again after a reload", async ({ page }) => {
  const studio = await openStudio(page);
  await prepare(studio, rocket, prompt);
  await studio.generate.click();
  await expect(studio.cancel).toBeEnabled();
  await page.reload();
  await expect(studio.prompt).toHaveValue(prompt);
  await expectPlaying(studio.video);
  await expect(studio.library).toHaveCount(1);
});

test("finishes in the open page when the server is killed during the render", {
  tag: "@long",
}, async ({ page, startApp, allowConsoleError }) => {
  // Chromium reports a server that is gone with different names, depending on what the connection was doing.
  allowConsoleError(/net::ERR_/);
  const app = await startApp();
  const studio = await openStudio(page, app.origin);
  await prepare(studio, rocket, prompt);
  // Two generations, one after the other: whenever the kill happens, at least one is not finished.
  for (const count of [1, 2]) {
    await studio.generate.click();
    await expect(studio.library).toHaveCount(count);
    await expect(studio.cancel).toBeEnabled();
  }
  await expect(studio.library.filter({ hasText: "Making the video" })).toHaveCount(1);
  await app.kill();
  await expect(page.getByText(/This server can't be reached/)).toBeVisible();
  await expect(studio.library.filter({ hasText: "Ready" })).not.toHaveCount(2);
  await app.restart();
  await expectPlaying(studio.video);
  await expect(studio.library.filter({ hasText: "Ready" })).toHaveCount(2);
});

test("cancels a run upstream, and says so", async ({ page }) => {
  const studio = await openStudio(page);
  await prepare(studio, rocket, prompt);
  await studio.generate.click();
  await expect(studio.cancel).toBeEnabled();
  const cancelled = page.waitForRequest(
    (request) =>
      request.method() === "PUT" &&
      (request.headers()["x-fal-target-url"]?.endsWith("/cancel") ?? false),
  );
  await studio.cancel.click();
  await cancelled;
  await expect(studio.state).toHaveText("Cancelled");
  await expect(studio.progress).toHaveCount(0);
  await expect(studio.prompt).toHaveValue(prompt);
});

test("accepts a picture from the clipboard", async ({ page }) => {
  const studio = await openStudio(page);
  await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(400, 320);
    canvas.getContext("2d")?.fillRect(0, 0, 10, 10);
    const file = new File([await canvas.convertToBlob()], "pasted.png", { type: "image/png" });
    const clipboardData = new DataTransfer();
    clipboardData.items.add(file);
    dispatchEvent(new ClipboardEvent("paste", { clipboardData }));
  });
  await expect(studio.state).toHaveText("Picture ready");
  await expect(page.getByText("pasted.png")).toBeVisible();
});

test("makes a video with the keyboard alone, from the empty page to playback", async ({ page }) => {
  const studio = await openStudio(page);
  const press = async (key: string, until: () => Promise<boolean>) => {
    for (let presses = 0; presses < 20 && !(await until()); presses++)
      await page.keyboard.press(key);
    expect(await until()).toBe(true);
  };
  const isFocused = (name: string) => () =>
    page.evaluate((text) => document.activeElement?.textContent === text, name);

  await press("Tab", isFocused("Choose a picture"));
  const chooser = page.waitForEvent("filechooser");
  await page.keyboard.press("Enter");
  await (await chooser).setFiles(coffee);
  await expect(studio.state).toHaveText("Picture ready");
  await press("Tab", () => page.evaluate(() => document.activeElement?.id === "prompt"));
  await page.keyboard.type("[Push in] closer to the cup");
  await press("Tab", () =>
    page.evaluate(() => document.activeElement?.getAttribute("role") === "switch"),
  );
  await page.keyboard.press("Space");
  await expect(page.getByRole("switch", { name: "Optimize prompt" })).not.toBeChecked();

  const submitted = page.waitForRequest(
    (request) => request.postData()?.includes("closer to the cup") ?? false,
  );
  await press("Tab", isFocused("Generate"));
  await page.keyboard.press("Enter");
  expect((await submitted).postDataJSON()).toMatchObject({ prompt_optimizer: false });
  await expectPlaying(studio.video);
});
