import { type BrowserContext, chromium, type Locator, type Page } from "playwright";
import { browserArgs, requireBrowser } from "../../scripts/browser.ts";
import { type BrowserKind, CALL_WITHIN_MS, type Driver, type Evaluate, Missing } from "./driver.ts";
import { findOwnAddress } from "./own-address.ts";

const phone = { width: 360, height: 740 };

/** Chromium as on a phone, with a small screen and touch. */
export const chromiumPhone: BrowserKind = {
  name: `Chromium, ${phone.width}×${phone.height}, touch`,
  async launch(say) {
    const executablePath = await requireBrowser(() => {}).catch((error: Error) => {
      say(error.message);
      throw new Missing("no Chromium that plays H.264 could be found or installed");
    });
    // If two such lists are given, only the last applies. This one also permits pages at the machine's own address.
    const args = [...browserArgs, `--host-resolver-rules=MAP * ~NOTFOUND, ${exclusions()}`];
    const browser = await chromium.launch({ executablePath, args });
    const context = await browser.newContext({
      viewport: phone,
      ...{ hasTouch: true, isMobile: true, deviceScaleFactor: 2, locale: "en-US" },
      permissions: ["clipboard-read", "clipboard-write"],
    });
    context.setDefaultTimeout(CALL_WITHIN_MS);
    return driveChromium(context, await context.newPage(), () => browser.close());
  },
};

function exclusions(): string {
  return ["localhost", "127.0.0.1", findOwnAddress()]
    .filter((host) => host !== undefined)
    .map((host) => `EXCLUDE ${host}`)
    .join(", ");
}

/** Its pages have touch. */
export function driveChromium(
  context: BrowserContext,
  page: Page,
  close: () => Promise<void>,
): Driver {
  const evaluateIn =
    (frame: () => Pick<Page, "evaluate"> | undefined): Evaluate =>
    async (read, argument) => {
      const found = frame();
      if (!found) throw new Error("The page has no frame");
      return found.evaluate(read as never, argument) as never;
    };
  return {
    open: async (url) => void (await page.goto(url)),
    setFile: (field, path) => page.getByLabel(field, { exact: true }).setInputFiles(path),
    click: (name) => named(page, name).tap(),
    type: async (field, text) => {
      const found = page.getByLabel(field, { exact: true });
      await found.fill("");
      await found.pressSequentially(text);
    },
    press: (key) => page.keyboard.press(key),
    write: (text) => page.keyboard.type(text),
    paste: () => page.keyboard.press("Control+v"),
    evaluate: evaluateIn(() => page),
    evaluateInFrame: evaluateIn(() => page.frames()[1]),
    screenshot: () => page.screenshot(),
    close: async () => {
      await context.close();
      await close();
    },
  };
}

function named(page: Page, name: string): Locator {
  const exactly = { name, exact: true };
  return page
    .getByRole("button", exactly)
    .or(page.getByRole("link", exactly))
    .or(page.getByRole("checkbox", exactly))
    .or(page.getByRole("textbox", exactly));
}
