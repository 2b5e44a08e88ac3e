import { expect, test } from "./fixtures.ts";
import { coffee, delayRunEnds, openStudio, prepare } from "./studio.ts";

test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

test("keeps the stage, its state and the button in sight on a phone", async ({ page }) => {
  const studio = await openStudio(page);
  await expect(studio.generate).toBeInViewport({ ratio: 1 });
  await prepare(studio, coffee, "the cup steams");
  const stage = page.getByRole("region", { name: "Stage" });
  await studio.generate.scrollIntoViewIfNeeded();
  await expect(studio.generate).toBeInViewport({ ratio: 1 });

  const finish = await delayRunEnds(page);
  await studio.generate.tap();
  await expect(studio.cancel).toBeEnabled();
  for (const part of [stage, studio.state, studio.cancel])
    await expect(part).toBeInViewport({ ratio: 1 });
  finish();
  await expect(studio.video).toBeVisible({ timeout: 60_000 });
  await expect(studio.video).toBeInViewport({ ratio: 1 });

  // The library scrolls under the stage, so a tap on a film is seen at once.
  await page.evaluate(() => scrollTo({ top: document.body.scrollHeight }));
  await expect(studio.video).toBeInViewport({ ratio: 1 });
  await studio.library.first().tap();
  await expect(studio.video).toBeInViewport({ ratio: 1 });

  await page.getByRole("button", { name: "Share" }).tap();
  await page.getByRole("button", { name: "Copy link" }).scrollIntoViewIfNeeded();
  await expect(page.getByRole("button", { name: "Copy link" })).toBeInViewport({ ratio: 1 });
});
