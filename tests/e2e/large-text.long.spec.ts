import type { Page } from "@playwright/test";
import { browserArgs, findInstalledBrowsers } from "../../scripts/browser.ts";
import { expect, test } from "./fixtures.ts";
import { openStudio, prepare, rocket } from "./studio.ts";

// The browser's own setting, which also doubles the `rem` of media queries.
test.use({
  launchOptions: {
    executablePath: findInstalledBrowsers()[0],
    args: [...browserArgs, "--blink-settings=defaultFontSize=32"],
  },
});

test("shows every word at twice the size of text", async ({ page, allowConsoleError }) => {
  allowConsoleError(/status of 404/);
  test.setTimeout(180_000);
  const studio = await openStudio(page);
  await expectWhole(page, "empty");
  await prepare(studio, rocket, "[Push in] it begins, and goes on for a while");
  await expectWhole(page, "ready");
  await studio.generate.click();
  await expect(studio.video).toBeVisible({ timeout: 60_000 });
  await expectWhole(page, "done");
  await page.getByRole("button", { name: "Share", exact: true }).click();
  const link = page.getByRole("textbox", { name: "Link", exact: true });
  await expect(link).toHaveValue(/^http/);
  await expectWhole(page, "shared");
  const address = await link.inputValue();
  for (const path of [address, "/links", "/ledger", "/no-such-page"]) {
    await page.goto(path);
    await expectWhole(page, path);
  }
});

/** Expects that no text is cut and that nothing needs a sideways scroll, on a phone, a tablet and a desktop. */
async function expectWhole(page: Page, state: string) {
  for (const width of [360, 768, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    const sizes = await page.evaluate(() => {
      function textElements(): HTMLElement[] {
        return [...document.querySelectorAll<HTMLElement>("body *")].filter(
          (element) =>
            element.checkVisibility() &&
            element.clientWidth > 1 &&
            [...element.childNodes].some(
              (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim(),
            ),
        );
      }

      function isCut(element: HTMLElement): boolean {
        const { overflowX, textOverflow } = getComputedStyle(element);
        return (
          overflowX !== "visible" &&
          textOverflow !== "ellipsis" &&
          element.scrollWidth > element.clientWidth + 1
        );
      }

      function describe(element: HTMLElement): string {
        return `${element.tagName} ${element.textContent?.trim().slice(0, 40)}`;
      }
      return {
        text: getComputedStyle(document.body).fontSize,
        sideways: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        small: textElements()
          .filter((element) => Number.parseFloat(getComputedStyle(element).fontSize) < 21)
          .map(describe),
        cut: textElements().filter(isCut).map(describe),
      };
    });
    const at = `${state}, ${width} pixels`;
    expect.soft(Number.parseFloat(sizes.text), at).toBeGreaterThanOrEqual(28);
    expect.soft(sizes.sideways, `${at}: sideways`).toBe(0);
    expect.soft(sizes.small, `${at}: not larger`).toEqual([]);
    expect.soft(sizes.cut, `${at}: cut`).toEqual([]);
  }
}
