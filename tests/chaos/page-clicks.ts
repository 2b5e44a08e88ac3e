import { setTimeout as delay } from "node:timers/promises";
import { chromium, type Page } from "playwright";
import { browserArgs, findInstalledBrowsers } from "../../scripts/browser.ts";

/** What a visitor meant to make once, however often they pressed, and what the page said of it. */
export type PageClick = { tag: string; pressed: number; said: Set<string> };

const LOOKED_AT_EVERY_MS = 250;
const LOADED_WITHIN_MS = 20_000;

/**
 * Impatient visitors in a real browser: each writes one prompt, presses Generate, and then whatever button promises another
 * try without paying twice, until `isOver`.
 */
export async function clickInPages(
  origin: string,
  tags: readonly string[],
  isOver: () => boolean,
): Promise<PageClick[]> {
  const executablePath = process.env.CHROMIUM_PATH ?? findInstalledBrowsers()[0];
  const browser = await chromium.launch({ executablePath, args: browserArgs });
  try {
    const clicks = tags.map((tag) => ({ tag, pressed: 0, said: new Set<string>() }));
    await Promise.all(
      clicks.map(async (click) => {
        // A visitor each, with a session of their own.
        const page = await (await browser.newContext()).newPage();
        if (await open(page, origin, isOver)) await visit(page, click, isOver).catch(() => {});
      }),
    );
    return clicks;
  } finally {
    await browser.close();
  }
}

async function open(page: Page, origin: string, isOver: () => boolean): Promise<boolean> {
  while (!isOver()) {
    try {
      await page.goto(origin, { timeout: LOADED_WITHIN_MS });
      // It is there once the page's scripts have come.
      await page.getByRole("button", { name: "Camera moves" }).click({ timeout: LOADED_WITHIN_MS });
      await page
        .getByRole("button", { name: "Push in", exact: true })
        .waitFor({ timeout: LOADED_WITHIN_MS });
      return true;
    } catch {
      await delay(LOOKED_AT_EVERY_MS);
    }
  }
  return false;
}

async function visit(page: Page, click: PageClick, isOver: () => boolean): Promise<void> {
  await page.getByRole("textbox", { name: "Prompt" }).fill(`${click.tag} [Push in] a rocket`);
  await page.getByRole("button", { name: /^Generate/ }).click();
  click.pressed++;
  while (!isOver()) {
    const text = (await page.locator("main").textContent()) ?? "";
    for (const [sentence] of text.matchAll(/[^.\n]*(not charged|Not sent|Not known yet)[^.\n]*/g))
      click.said.add(sentence.trim());
    const again = page.getByRole("button", { name: "Try again" }).first();
    if (await again.isVisible().catch(() => false)) {
      await again.click({ timeout: 1_000 }).then(
        () => click.pressed++,
        () => {},
      );
    }
    await delay(LOOKED_AT_EVERY_MS);
  }
}
