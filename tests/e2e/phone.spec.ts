import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import { coffee, delayRunEnds, openStudio, prepare } from "./studio.ts";

test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

test("keeps the stage, its state and the button in sight on a phone", async ({ page }) => {
  const studio = await openStudio(page);
  await expect(studio.generate).toBeInViewport({ ratio: 1 });
  await prepare(studio, coffee, "the cup steams");
  const stage = page.getByRole("region", { name: "Stage" });
  await expect(studio.generate).toBeInViewport({ ratio: 1 });

  const finish = await delayRunEnds(page);
  await studio.generate.tap();
  await expect(studio.cancel).toBeEnabled();
  for (const part of [stage, studio.state, studio.cancel, studio.progress])
    await expect(part).toBeInViewport({ ratio: 1 });
  finish();
  await expect(studio.video).toBeVisible({ timeout: 60_000 });
  await expect(studio.video).toBeInViewport({ ratio: 1 });

  // The library scrolls under the stage, so a tap on a film is seen at once.
  await page.evaluate(() => scrollTo({ top: document.body.scrollHeight }));
  // It is smaller then, and its edges are rounded off.
  await expect(studio.video).toBeInViewport({ ratio: 0.99 });
  await expect(studio.generate).toBeInViewport({ ratio: 1 });
  await studio.library.first().tap();
  await expect(studio.video).toBeInViewport({ ratio: 0.99 });

  // A sheet from below, closed by the back gesture, by Escape, by a swipe and by a tap beside it.
  const opener = page.getByRole("button", { name: "Share" });
  const sheet = page.getByRole("dialog", { name: "Share this video" });
  for (const close of [goBack, pressEscape, swipeDown, tapBeside]) {
    await opener.tap();
    await expect(sheet).toBeFocused();
    await expect(page.getByRole("button", { name: "Copy link" })).toBeInViewport({ ratio: 1 });
    await untilStill(page);
    await close(page);
    await expect(sheet).toHaveCount(0);
    await expect(opener).toBeFocused();
    await expect(studio.video).toBeVisible();
  }

  // Turned while it is open, and a keyboard over it that does not shrink the page.
  await opener.tap();
  await page.setViewportSize({ width: 740, height: 360 });
  await expect(page.getByRole("button", { name: "Close" })).toBeInViewport({ ratio: 1 });
  await page.keyboard.press("Escape");
  await expect(studio.generate).toBeInViewport({ ratio: 1 });
  await page.setViewportSize({ width: 360, height: 740 });
  await page.evaluate(() => {
    Object.defineProperty(visualViewport, "height", { get: () => 440 });
    visualViewport?.dispatchEvent(new Event("resize"));
  });
  await expect
    .poll(async () => {
      const box = await studio.generate.boundingBox();
      return box && box.y + box.height;
    })
    .toBeLessThanOrEqual(440);
});

async function goBack(page: Page) {
  await page.evaluate(() => history.back());
}

async function pressEscape(page: Page) {
  await page.keyboard.press("Escape");
}

async function tapBeside(page: Page) {
  await page.touchscreen.tap(180, 20);
}

async function swipeDown(page: Page) {
  const box = await page.getByRole("dialog").boundingBox();
  if (!box) throw new Error("there is no sheet");
  const cdp = await page.context().newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", y = 0) =>
    cdp.send("Input.dispatchTouchEvent", {
      type,
      touchPoints: type === "touchEnd" ? [] : [{ x: 180, y: box.y + y }],
    });
  await touch("touchStart", 12);
  for (const y of [40, 80, 120, 160]) await touch("touchMove", y);
  await touch("touchEnd");
  await cdp.detach();
}

function untilStill(page: Page) {
  return page.evaluate(() => {
    for (const animation of document.getAnimations())
      if (Number.isFinite(animation.effect?.getComputedTiming().endTime)) animation.finish();
  });
}
