import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import { ownAnswer } from "./gateway.ts";
import { coffee, openStudio } from "./studio.ts";
import { cornerNames, corners, quarters, seeCorners } from "./test-pictures.ts";

const panorama = async () => ({
  name: "panorama.png",
  mimeType: "image/png",
  buffer: await quarters(3000, 400).png().toBuffer(),
});

const frameOf = (page: Page) => page.getByRole("slider", { name: "Part of the picture to send" });

test("moves the crop with the keyboard, and sends that part", async ({ page }) => {
  const studio = await openStudio(page);
  await studio.image.setInputFiles(await panorama());
  const frame = frameOf(page);
  await expect(frame).toBeFocused();
  await expect(frame).toHaveAttribute("aria-valuetext", "50% from the left");
  await page.keyboard.press("ArrowRight");
  await expect(frame).toHaveAttribute("aria-valuetext", "52% from the left");
  await page.keyboard.press("PageUp");
  await expect(frame).toHaveAttribute("aria-valuetext", "42% from the left");
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowLeft");
  await expect(frame).toHaveAttribute("aria-valuetext", "0% from the left");
  await page.keyboard.press("Enter");

  await expect(studio.state).toHaveText("Picture ready");
  const { colors } = await seeStage(page);
  // The whole crop is in the left half of the picture.
  expect(colors.topRight).toEqual([...corners.topLeft]);
  expect(colors.bottomRight).toEqual([...corners.bottomLeft]);
});

test("moves the crop with the mouse, within the picture", async ({ page }) => {
  const studio = await openStudio(page);
  await studio.image.setInputFiles(await panorama());
  const frame = frameOf(page);
  const box = await frame.boundingBox();
  if (!box) throw new Error("the frame is not there");
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 30, y);
  const moved = await frame.boundingBox();
  expect(moved?.x).toBeCloseTo(box.x + 30, 0);
  await page.mouse.move(x + 3000, y, { steps: 4 });
  await page.mouse.up();
  await expect(frame).toHaveAttribute("aria-valuenow", "100");
  await page.getByRole("button", { name: "Use this part" }).click();

  await expect(studio.state).toHaveText("Picture ready");
  const { size, colors } = await seeStage(page);
  expect(size).toBe("1000x400");
  expect(colors.topLeft).toEqual([...corners.topRight]);
});

test("restores the previous picture when the crop is cancelled", async ({ page }) => {
  const studio = await openStudio(page);
  await studio.image.setInputFiles(coffee);
  await expect(studio.state).toHaveText("Picture ready");
  await studio.prompt.fill("it begins");
  await studio.image.setInputFiles(await panorama());
  await expect(studio.state).toHaveText("Choose the part to send");

  // The coffee still exists, but the visitor does not see it.
  await studio.generate.click();
  await expect(studio.alert).toHaveText(/not ready yet/);
  await expect(studio.library).toHaveCount(0);

  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(studio.state).toHaveText("Picture ready");
  await expect(page.getByText("coffee.jpg")).toBeVisible();
  await expect(studio.alert).toHaveCount(0);
});

test("crops again from the whole picture, starting with the previous part", async ({
  page,
  allowConsoleError,
}) => {
  allowConsoleError(/status of 422/);
  const studio = await openStudio(page);
  const again = page.getByRole("button", { name: "Crop again" });
  await studio.image.setInputFiles(await panorama());
  const frame = frameOf(page);
  await frame.press("Home");
  await frame.press("Enter");
  await expect(studio.state).toHaveText("Picture ready");
  await again.press("Enter");
  await expect(frame).toBeFocused();
  await expect(frame).toHaveAttribute("aria-valuetext", "0% from the left");
  await page.keyboard.press("Escape");
  await expect(studio.state).toHaveText("Picture ready");
  await again.press("Enter");
  await frame.press("End");
  await frame.press("Enter");
  await expect(studio.state).toHaveText("Picture ready");
  const { colors } = await seeStage(page);
  expect(colors.topLeft).toEqual([...corners.topRight]);

  await page.route("**/api/fal/proxy", (route) =>
    route.fulfill({
      status: 422,
      headers: ownAnswer(),
      json: { detail: "The picture shows a face." },
    }),
  );
  await studio.prompt.fill("it begins");
  await studio.generate.click();
  await expect(studio.alert).toHaveText(/The model could not use this input/);
  await studio.alert.locator("..").getByRole("button", { name: "Crop again" }).click();
  await expect(frame).toHaveAttribute("aria-valuetext", "100% from the left");
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.unroute("**/api/fal/proxy");

  // There is nothing to crop, so the file is sent unchanged.
  await studio.image.setInputFiles(coffee);
  await expect(page.getByText("coffee.jpg")).toBeVisible();
  await expect(again).toHaveCount(0);
});

test("makes the touch target 44 pixels wide, even on a thinner picture", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  const studio = await openStudio(page);
  const buffer = await quarters(6000, 400).png().toBuffer();
  await studio.image.setInputFiles({ name: "ribbon.png", mimeType: "image/png", buffer });
  const frame = frameOf(page);
  const box = await frame.boundingBox();
  if (!box) throw new Error("the frame is not there");
  expect(box.height).toBeLessThan(30);
  await page.mouse.click(box.x + box.width + 60, box.y + box.height / 2 + 20);
  await expect(frame).not.toHaveAttribute("aria-valuenow", "50");
});

/** Returns the picture on the stage, which is the file that is sent. */
async function seeStage(page: Page) {
  const shown = page.getByRole("img", { name: "The first frame" });
  const bytes = await shown.evaluate(async (image: HTMLImageElement) => [
    ...new Uint8Array(await (await fetch(image.src)).arrayBuffer()),
  ]);
  const seen = await seeCorners(Buffer.from(bytes));
  expect(Object.keys(seen.colors)).toEqual([...cornerNames]);
  return seen;
}

test("closes the crop by the back gesture, and stays on the page", async ({ page }) => {
  const studio = await openStudio(page);
  await studio.image.setInputFiles(await panorama());
  await expect(frameOf(page)).toBeFocused();
  await page.evaluate(() => history.back());
  await expect(frameOf(page)).toHaveCount(0);
  await expect(studio.prompt).toBeVisible();
});
