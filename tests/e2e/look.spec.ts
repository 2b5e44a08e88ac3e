import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import { openStudio, prepare, rocket } from "./studio.ts";

for (const colorScheme of ["dark", "light"] as const) {
  for (const width of [360, 1280]) {
    test(`is accessible and fits in every state: ${colorScheme}, ${width} pixels`, async ({
      page,
      allowConsoleError,
    }) => {
      allowConsoleError(/status of 401/);
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      const studio = await openStudio(page);
      await check(page, "empty");

      await studio.image.setInputFiles({
        name: "notes.jpg",
        mimeType: "image/jpeg",
        buffer: Buffer.from("text"),
      });
      await expect(studio.alert).toBeVisible();
      await check(page, "refused");

      await prepare(studio, rocket, "[Push in] it begins");
      await check(page, "ready");

      await page.getByText("camera motion, no AI").click();
      await check(page, "label open");
      await page.getByText("camera motion, no AI").click();

      await studio.generate.click();
      await expect(studio.cancel).toBeEnabled();
      await check(page, "waiting");
      await expect(studio.video).toBeVisible({ timeout: 60_000 });
      await check(page, "done");

      await page.getByRole("button", { name: "Delete" }).click();
      await check(page, "asked whether to delete");
      await page.getByRole("button", { name: "Keep" }).click();

      await page.route("**/api/fal/proxy", (route) =>
        route.fulfill({ status: 401, json: { detail: "Invalid key" } }),
      );
      await studio.generate.click();
      await expect(studio.alert).toHaveText(/refused this server's key/);
      await check(page, "failed");
    });
  }
}

test("lets the visitor start the video when reduced motion is asked for", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  const studio = await openStudio(page);
  await prepare(studio, rocket, "[Static shot] still");
  await studio.generate.click();
  await expect(studio.video).toBeVisible({ timeout: 60_000 });
  expect(await studio.video.evaluate((video: HTMLVideoElement) => video.paused)).toBe(true);
});

async function check(page: Page, state: string) {
  await untilStill(page);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(
    violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
    state,
  ).toEqual([]);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow, `${state}: horizontal scroll`).toBe(0);
}

// A colour or an opacity on its way to another has the contrast of neither.
function untilStill(page: Page) {
  return page.evaluate(() => {
    for (const animation of document.getAnimations()) {
      if (Number.isFinite(animation.effect?.getComputedTiming().endTime)) animation.finish();
    }
  });
}
