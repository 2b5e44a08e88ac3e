import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import { openStudio } from "./studio.ts";

test.describe("a library of several videos", () => {
  test("is searched by words and conditions, which stand in the address", async ({
    page,
    startApp,
    allowConsoleError,
  }) => {
    const { studio, origin } = await openWithRuns(page, startApp, allowConsoleError);
    const search = page.getByRole("searchbox", { name: "Search the library" });

    await search.fill("杯子");
    await expect(studio.library).toHaveCount(1);
    await expect(studio.library.first()).toContainText("杯子");
    await expect(page).toHaveURL(/\?q=/);
    await page.reload();
    await expect(search).toHaveValue("杯子");
    await expect(studio.library).toHaveCount(1);

    await search.fill("nothing like that");
    await expect(page.getByText("Nothing in the library fits.")).toBeVisible();
    await page.getByRole("button", { name: "Show all" }).click();
    await expect(studio.library).toHaveCount(3);
    await expect(page).toHaveURL(`${origin}/`);
    await page.getByRole("button", { name: "Running" }).click();
    await expect(studio.library).toHaveCount(0);
  });

  test("is selected with the keyboard, deleted at one press, and brought back by Ctrl Z", async ({
    page,
    startApp,
    allowConsoleError,
  }) => {
    const { studio } = await openWithRuns(page, startApp, allowConsoleError);

    // The films stand in other rows when the window is smaller, and the focus stays.
    await studio.library.last().focus();
    await page.setViewportSize({ width: 360, height: 740 });
    await expect(studio.library.last()).toBeFocused();
    await page.setViewportSize({ width: 1280, height: 800 });
    await expect(studio.library.last()).toBeFocused();

    await studio.library.first().focus();
    await page.keyboard.press("x");
    await page.keyboard.press("Shift+ArrowRight");
    await expect(page.getByRole("toolbar", { name: "Selected videos" })).toContainText(
      "2 selected",
    );
    await page.keyboard.press("Escape");
    await expect(page.getByRole("toolbar", { name: "Selected videos" })).toHaveCount(0);
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Delete");
    await expect(studio.library).toHaveCount(0);
    await expect(page.getByText("3 deleted.")).toBeVisible();
    await page.keyboard.press("Control+z");
    await expect(studio.library).toHaveCount(3);

    await page.getByRole("button", { name: "Not made" }).click();
    await page.getByRole("button", { name: "Delete all that were not made" }).click();
    await expect(studio.library).toHaveCount(0);
    await page.getByRole("button", { name: "Undo" }).click();
    await expect(studio.library).toHaveCount(3);
  });
});

/** Three runs that fail at once, because their picture does not exist. */
async function openWithRuns(
  page: Page,
  startApp: (env: Record<string, string>) => Promise<{ origin: string }>,
  allowConsoleError: (pattern: RegExp) => void,
) {
  allowConsoleError(/status of 404/);
  const { origin } = await startApp({});
  const studio = await openStudio(page, origin);
  for (const prompt of ["a red cup", "a blue cup", "桌上的杯子"]) {
    const answer = await page.request.post(`${origin}/api/fal/proxy`, {
      headers: {
        "x-fal-target-url": "https://queue.fal.run/fal-ai/minimax-video/image-to-video",
        "x-idempotency-key": `view-${prompt.length}-${prompt.charCodeAt(2)}`,
      },
      data: { prompt, image_url: "https://v3.fal.media/files/b/none/none.png" },
    });
    expect(answer.status()).toBe(200);
  }
  // A run that is under way is not deleted.
  await expect
    .poll(async () => {
      const { items } = await (await page.request.get(`${origin}/api/generations`)).json();
      return items.map(({ status }: { status: string }) => status);
    })
    .toEqual(["failed", "failed", "failed"]);
  await page.reload();
  await expect(studio.library).toHaveCount(3);
  return { studio, origin };
}
