import { expectFine } from "./appearance.ts";
import { expect, test } from "./fixtures.ts";
import { ownAnswer } from "./gateway.ts";
import { delayRunEnds, openStudio, prepare, rocket } from "./studio.ts";

test("is accessible and fits in every state, in both themes, on a phone and on a desk", {
  tag: "@long",
}, async ({ page, allowConsoleError }) => {
  test.setTimeout(180_000);
  allowConsoleError(/status of 401/);
  const studio = await openStudio(page);
  await expectFine(page, "empty");

  await studio.image.setInputFiles({
    name: "notes.jpg",
    mimeType: "image/jpeg",
    buffer: Buffer.from("text"),
  });
  await expect(studio.alert).toBeVisible();
  await expectFine(page, "refused");

  await prepare(studio, rocket, "[Push in] it begins");
  await expectFine(page, "ready");

  await page.getByText("Local engine: camera motion, no AI").click();
  await expectFine(page, "label open");
  await page.getByText("Local engine: camera motion, no AI").click();

  const finish = await delayRunEnds(page);
  await studio.generate.click();
  await expect(studio.cancel).toBeEnabled();
  await expectFine(page, "waiting");
  finish();
  await expect(studio.video).toBeVisible({ timeout: 60_000 });
  await expectFine(page, "done");

  await page.getByRole("button", { name: "Delete" }).click();
  await expectFine(page, "deleted, with an undo");
  await page.getByRole("button", { name: "Undo" }).click();

  await page.route("**/api/fal/proxy", (route) =>
    route.fulfill({ status: 401, headers: ownAnswer(), json: { detail: "Invalid key" } }),
  );
  await studio.generate.click();
  await expect(studio.alert).toHaveText(/refused this server's key/);
  await expectFine(page, "failed");
});

test("does not start the video by itself when the visitor prefers reduced motion", async ({
  page,
}) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  const studio = await openStudio(page);
  await prepare(studio, rocket, "[Static shot] still");
  await studio.generate.click();
  await expect(studio.video).toBeVisible({ timeout: 60_000 });
  expect(await studio.video.evaluate((video: HTMLVideoElement) => video.paused)).toBe(true);
});
