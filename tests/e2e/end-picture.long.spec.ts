import type { Page } from "@playwright/test";
import { expectFine } from "./appearance.ts";
import { expect, test } from "./fixtures.ts";
import { readKept } from "./kept-draft.ts";
import { coffee, difference, openStudio, prepare, readFrames, rocket } from "./studio.ts";

const chooseModel = (page: Page, name: string) =>
  page.getByRole("combobox", { name: "Model" }).selectOption({ label: name });

test("ends the video with a last picture if the model accepts one", async ({ page, app }) => {
  const studio = await openStudio(page);
  await prepare(studio, rocket, "[Push in] it becomes a cup");
  const add = page.getByRole("button", { name: "Add a last picture" });
  await expect(add).toHaveCount(0);
  await chooseModel(page, "Hailuo 02");
  await expect(add).toBeVisible();

  const file = page.getByLabel("Last image", { exact: true });
  await file.setInputFiles({
    name: "notes.jpg",
    mimeType: "image/jpeg",
    buffer: Buffer.from("text"),
  });
  await expect(studio.alert).toHaveText(/Last picture.*not a picture/);
  await studio.generate.click();
  await expect(studio.library).toHaveCount(0);
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Choose another" })).toBeFocused();

  await file.setInputFiles(coffee);
  const last = page.getByRole("img", { name: "The last frame" });
  await expect(last).toBeVisible();
  await expect(page.getByText("coffee.jpg")).toBeVisible();
  await expectFine(page, "with a last picture");
  const preview = (await last.getAttribute("src")) ?? "";

  await studio.generate.click();
  await expect(studio.video).toBeVisible({ timeout: 60_000 });
  const [run] = (await (await page.request.get(`${app.origin}/api/generations`)).json()).items;
  expect(run.input.end_image_url).toEqual(expect.stringMatching(/^https?:/));
  expect(run.input.end_image_url).not.toBe(run.input.image_url);
  const seen = await readFrames(studio.video, preview);
  expect(difference(seen.last, seen.photo)).toBeLessThan(12);
  expect(difference(seen.first, seen.photo)).toBeGreaterThan(25);

  // Only that model accepts it, and reusing a generation brings it back.
  await chooseModel(page, "MiniMax Video-01");
  await expect(last).toHaveCount(0);
  await chooseModel(page, "Hailuo 02");
  await page.getByRole("button", { name: "Remove the last picture" }).click();
  await expect(last).toHaveCount(0);
  const more = page.getByRole("button", { name: "More" });
  await more.click();
  await page.getByRole("button", { name: "Reuse" }).click();
  await expect(page.getByText("That of this video")).toBeVisible();
  await studio.library.first().click();
  await more.click();
  await page.getByRole("button", { name: "Make a variation" }).click();
  await expect(studio.library).toHaveCount(2);
  const inputs = async () => {
    const { items } = await (await page.request.get(`${app.origin}/api/generations`)).json();
    return items.map(({ input }: { input: unknown }) => input);
  };
  await expect.poll(inputs).toEqual([run.input, run.input]);
});

test("restores the last picture after a reload, until it is removed", async ({ page }) => {
  const studio = await openStudio(page);
  await prepare(studio, rocket, "it becomes a cup");
  await chooseModel(page, "Hailuo 02");
  const last = page.getByRole("img", { name: "The last frame" });
  await page.getByLabel("Last image", { exact: true }).setInputFiles(coffee);
  await expect(last).toBeVisible();
  await expect.poll(() => readKept(page)).toMatchObject({ hasFile: true, hasEndPicture: true });

  await page.reload();
  await expect(studio.prompt).toHaveValue("it becomes a cup");
  await expect(last).toBeVisible();
  await expect(page.getByText("coffee.jpg")).toBeVisible();

  await page.getByRole("button", { name: "Remove the last picture" }).click();
  await expect(last).toHaveCount(0);
  await expect.poll(() => readKept(page)).toMatchObject({ hasFile: true, hasEndPicture: false });
});
