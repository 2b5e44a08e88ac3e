import type { Locator, Page } from "@playwright/test";
import { startLocalFalProcess } from "../contract/local-fal-process.ts";
import { expect, test } from "./fixtures.ts";
import { ownAnswer } from "./gateway.ts";
import { coffee, delayRunEnds, openStudio, prepare, rocket } from "./studio.ts";

const screens = [
  { name: "a phone", viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true },
  { name: "a desk", viewport: { width: 1280, height: 800 } },
  { name: "a large screen", viewport: { width: 2560, height: 1440 } },
];

for (const { name, ...screen } of screens) {
  test.describe(`on ${name}`, () => {
    test.use(screen);

    test("keeps the stage, its words and the button in sight in every state", async ({
      page,
      apps,
      startApp,
      allowConsoleError,
    }) => {
      test.setTimeout(180_000);
      allowConsoleError(/status of 4/);
      const fal = await startLocalFalProcess("--concurrency", "1");
      const app = await startApp({
        FAL_KEY: "id:secret",
        FAL_UPSTREAM: fal.origin,
        ALLOW_PUBLIC: "true",
        BUDGET_USD_PER_DAY: "1000",
      });
      // Uploads go directly to the local fal.
      apps.push({ ...app, origin: fal.origin, output: () => "" });
      const studio = await openStudio(page, app.origin);
      const stage = page
        .getByRole("region", { name: "Stage" })
        .or(page.getByRole("region", { name: "Result" }));
      const look = async (state: string, ...more: Locator[]) => {
        for (const part of [studio.state, studio.generate, ...more])
          await expect(part, state).toBeInViewport({ ratio: 0.99 });
        // A part of its box may be above the window: what it shows is in the rest.
        await expect(stage.getByRole("img").first(), state).toBeInViewport({ ratio: 0.99 });
      };
      // From a place further down, as after writing or looking through the library.
      const start = async (prompt: string) => {
        await studio.prompt.fill(prompt);
        await page.evaluate(() => scrollTo({ top: 300 }));
        await studio.generate.click();
      };

      await prepare(studio, coffee, "the cup steams");
      await look("ready");
      const finish = await delayRunEnds(page);
      await start("the cup steams");
      await expect(studio.cancel).toBeEnabled();
      await look("waiting", studio.cancel, studio.progress);
      finish();
      await expect(studio.video).toBeVisible({ timeout: 60_000 });
      await look("done", studio.video);

      await start("{{fault: long_queue; ahead=2; ms=60000}}");
      await expect(studio.state).toContainText("in line");
      await look("in line", studio.cancel, studio.progress);
      await studio.cancel.click();
      await expect(studio.state).toHaveText("Cancelled");
      await look("cancelled");

      await start("{{fault: content_policy_violation}}");
      await expect(studio.state).toHaveText("Failed", { timeout: 60_000 });
      await look("failed");

      await page.route("**/api/fal/proxy", (route) =>
        route.fulfill({ status: 401, headers: ownAnswer(), json: { detail: "Invalid key" } }),
      );
      await start("refused");
      await expect(studio.state).toHaveText("Not sent");
      await look("refused");
      await page.close();
      await fal.stop();
    });
  });
}

test("begins and ends the next video with frames of films, by a drag, by a key and from the menu", async ({
  page,
}) => {
  test.setTimeout(180_000);
  const studio = await openStudio(page);
  for (const picture of [coffee, rocket]) {
    await prepare(studio, picture, "[Push in] it begins");
    await studio.generate.click();
    await expect(page.getByText("Kept on this server")).toBeVisible({ timeout: 60_000 });
  }
  const film = studio.library.first();
  await page.getByRole("combobox", { name: "Model" }).selectOption({ label: "Hailuo 02" });
  const last = page.locator("[data-last-picture]");

  await dragFilm(page, film, page.getByRole("region", { name: "Result" }));
  await expect(studio.state).toHaveText("Picture ready");
  await expect(studio.prompt).toHaveValue("[Push in] it begins");
  await expect(page.getByText(/^The frame at \d+\.\d s/)).toBeVisible();

  await dragFilm(page, film, last);
  await expect(last.getByRole("img", { name: "The last frame" })).toBeVisible();
  await page.getByRole("button", { name: "Remove the last picture" }).click();

  await film.focus();
  await page.keyboard.press("e");
  await expect(last.getByRole("img", { name: "The last frame" })).toBeVisible();
  await expect(last).toBeFocused();
  await film.focus();
  await page.keyboard.press("c");
  await expect(studio.prompt).toBeFocused();
  await expect(studio.state).toHaveText("Picture ready");

  await film.click();
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("button", { name: "Begin where it ends" }).click();
  await expect(studio.state).toHaveText("Picture ready");
});

/** Slowly enough for the browser to see that it is a drag. The page scrolls so that both are in sight. */
async function dragFilm(page: Page, film: Locator, target: Locator) {
  await film.scrollIntoViewIfNeeded();
  const middleOf = async (locator: Locator) => {
    const box = await locator.boundingBox();
    if (!box) throw new Error("there is nothing to drag");
    return { x: box.x + box.width / 2, y: box.y + Math.max(box.height / 2, 60 - box.y) };
  };
  const from = await middleOf(film);
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x + 6, from.y - 12, { steps: 3 });
  const to = await middleOf(target);
  await page.mouse.move(to.x, to.y, { steps: 5 });
  await expect(page.getByText(/^Let go, and yours begins/)).toBeVisible();
  await page.mouse.up();
}
