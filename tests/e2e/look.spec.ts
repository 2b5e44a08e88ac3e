import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import { holdRuns, openStudio, prepare, rocket } from "./studio.ts";

test("is accessible and fits in every state, in both themes, on a phone and on a desk", async ({
  page,
  allowConsoleError,
}) => {
  test.setTimeout(180_000);
  allowConsoleError(/status of 401/);
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

  await page.getByText("Local engine: camera motion, no AI").click();
  await check(page, "label open");
  await page.getByText("Local engine: camera motion, no AI").click();

  const finish = await holdRuns(page);
  await studio.generate.click();
  await expect(studio.cancel).toBeEnabled();
  await check(page, "waiting");
  finish();
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

test("lets the visitor start the video when reduced motion is asked for", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  const studio = await openStudio(page);
  await prepare(studio, rocket, "[Static shot] still");
  await studio.generate.click();
  await expect(studio.video).toBeVisible({ timeout: 60_000 });
  expect(await studio.video.evaluate((video: HTMLVideoElement) => video.paused)).toBe(true);
});

/** Leaves the page as wide as it was. */
async function check(page: Page, state: string) {
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    for (const colorScheme of ["dark", "light"] as const) {
      await page.emulateMedia({ colorScheme });
      await untilStill(page);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect
        .soft(
          violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
          `${state}: ${colorScheme}, ${width} pixels`,
        )
        .toEqual([]);
    }
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect.soft(overflow, `${state}: horizontal scroll at ${width} pixels`).toBe(0);
  }
}

// A colour or an opacity on its way to another has the contrast of neither.
function untilStill(page: Page) {
  return page.evaluate(() => {
    for (const animation of document.getAnimations()) {
      if (Number.isFinite(animation.effect?.getComputedTiming().endTime)) animation.finish();
    }
  });
}
