import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { sampleFiles, sampleNames } from "../../lib/samples.ts";
import { expect, test } from "./fixtures.ts";
import { countPresses } from "./presses.ts";
import { startRecordingUpstream } from "./recording-upstream.ts";
import { expectPlaying, openStudio } from "./studio.ts";

test("a first visit without a picture has a video playing after one press", async ({ page }) => {
  const presses = await countPresses(page);
  const studio = await openStudio(page);
  const sample = page.getByRole("button", { name: "Try it: a rocket on its pad" });
  await expectPlaying(sample.locator("video"));
  await sample.click();

  await expectPlaying(studio.video);
  await expect(studio.prompt).toHaveValue("[Tilt up] The rocket lifts off");
  await expect(studio.state).toHaveText("Ready");
  expect(await presses()).toBe(1);
  await page.reload();
  await expect(studio.library).toHaveCount(1);
  await expect(sample).toHaveCount(0);
});

test("samples stand still for those who want less motion", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await openStudio(page);
  const samples = page.getByRole("button", { name: /^Try it/ });
  await expect(samples).toHaveCount(3);
  await expect(samples.locator("img")).toHaveCount(3);
  await expect(samples.locator("video")).toHaveCount(0);
});

test("a sample costs nothing until the button with the price is pressed", async ({
  page,
  startApp,
  allowConsoleError,
}) => {
  // The fake upstream accepts no upload.
  allowConsoleError(/status of 502/);
  await using upstream = await startRecordingUpstream();
  const { origin } = await startApp({
    FAL_UPSTREAM: upstream.origin,
    FAL_KEY: "id:secret",
    ALLOW_PUBLIC: "true",
    BUDGET_USD_PER_DAY: "5",
  });
  const studio = await openStudio(page, origin);
  await page.getByRole("button", { name: "Begin with it: a cup of coffee" }).click();
  await expect(studio.prompt).toHaveValue("[Push in] Steam rises from the cup");
  await expect(studio.generate).toHaveText(/\$0\.50$/);
  expect(upstream.callsOf("submit")).toEqual([]);
});

test("all samples together are small", async () => {
  const sizes = sampleNames
    .flatMap((name) => Object.values(sampleFiles(name)))
    .map(async (file) => (await stat(join(resolve("public"), file))).size);
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  expect(bytes).toBeLessThan(700_000);
});
