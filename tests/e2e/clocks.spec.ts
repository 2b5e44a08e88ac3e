import { expect, test } from "./fixtures.ts";
import { coffee, openStudio, prepare } from "./studio.ts";

const HOUR_MS = 60 * 60_000;

for (const [what, off] of [
  ["ahead", 2 * HOUR_MS],
  ["behind", -2 * HOUR_MS],
] as const)
  test(`counts the time of a run with a clock two hours ${what}, before and after a reload`, async ({
    page,
  }) => {
    await page.clock.install({ time: Date.now() + off });
    const studio = await openStudio(page);
    await prepare(studio, coffee, "the cup {{fault: slow_start; ms=600000}}");
    await studio.generate.click();
    const elapsed = page.getByText(/^0:0\d so far/);
    await expect(elapsed).toBeVisible();
    await page.reload();
    await expect(page.getByText(/^0:(0[1-9]|[1-3]\d) so far/)).toBeVisible();
  });

test("goes on counting when the browser's clock is set meanwhile", async ({ page }) => {
  await page.clock.install();
  const studio = await openStudio(page);
  await prepare(studio, coffee, "the cup {{fault: slow_start; ms=600000}}");
  await studio.generate.click();
  await expect(page.getByText(/^0:0\d so far/)).toBeVisible();
  await page.clock.setSystemTime(Date.now() + 2 * HOUR_MS);
  await page.clock.runFor(2_000);
  await expect(page.getByText(/^0:[0-3]\d so far/)).toBeVisible();
});

test("reuses a picture after a reload even if the browser's clock was set meanwhile", async ({
  page,
}) => {
  const studio = await openStudio(page);
  await prepare(studio, coffee, "the cup");
  await page.clock.install({ time: Date.now() + 2 * HOUR_MS });
  let uploads = 0;
  page.on("request", (request) => {
    if (request.headers()["x-fal-target-url"]?.includes("/storage/")) uploads += 1;
  });
  await page.reload();
  await expect(studio.state).toHaveText("Picture ready");
  await expect(studio.prompt).toHaveValue("the cup");
  expect(uploads).toBe(0);
});
