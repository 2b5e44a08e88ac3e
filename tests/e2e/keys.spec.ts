import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "./fixtures.ts";
import { openStudio } from "./studio.ts";

test("lists the keys when the question mark is pressed outside of a text field", async ({
  page,
}) => {
  const studio = await openStudio(page);
  const list = page.getByRole("dialog", { name: "Keys" });
  await studio.prompt.press("Shift+?");
  await expect(studio.prompt).toHaveValue("?");
  await expect(list).toHaveCount(0);

  await page.getByRole("button", { name: "Camera moves" }).focus();
  await page.keyboard.press("Shift+?");
  await expect(list).toBeVisible();
  await expect(list.getByText("One frame back, one forward")).toBeVisible();
  await expect(list.locator("kbd").first()).toHaveText(/^(Ctrl|⌘)$/);
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).include("dialog").analyze();
    expect(violations).toEqual([]);
  }
  await page.keyboard.press("Escape");
  await expect(list).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Camera moves" })).toBeFocused();
});

test("lists the keys when the button is pressed, and fits a narrow window", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 600 });
  await openStudio(page);
  const button = page.getByRole("button", { name: "Keys" });
  await button.press("Enter");
  const list = page.getByRole("dialog", { name: "Keys" });
  await expect(list.getByRole("button", { name: "Close" })).toBeFocused();
  expect(await list.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
  await list.getByRole("button", { name: "Close" }).press("Enter");
  await expect(button).toBeFocused();

  await button.press("Enter");
  await expect(list).toBeVisible();
  await page.evaluate(() => history.back());
  await expect(list).toHaveCount(0);
  await expect(button).toBeFocused();
});
