import { type ElementHandle, launch, type Page } from "puppeteer-core";
import {
  type BrowserKind,
  CALL_WITHIN_MS,
  type Driver,
  type Evaluate,
  Missing,
  until,
} from "./driver.ts";
import { findOwnAddress } from "./own-address.ts";
import { findProgram, requirePackages } from "./programs.ts";

/** Firefox over WebDriver BiDi. */
export const firefox: BrowserKind = {
  name: "Firefox",
  launch: (say) => launchFirefox(say, {}),
};

/** Pages read noise from every canvas, and learn less about the machine. */
export const firefoxResisting: BrowserKind = {
  name: "Firefox, resistFingerprinting",
  launch: (say) => launchFirefox(say, { "privacy.resistFingerprinting": true }),
};

async function launchFirefox(
  say: (line: string) => void,
  prefs: Record<string, unknown>,
): Promise<Driver> {
  const browser = await launch({
    browser: "firefox",
    executablePath: requireFirefox(say),
    headless: true,
    // The program itself ends on these, and takes the browser along.
    ...{ handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false },
    timeout: 2 * CALL_WITHIN_MS,
    protocolTimeout: 2 * CALL_WITHIN_MS,
    defaultViewport: { width: 1280, height: 800 },
    extraPrefsFirefox: {
      "intl.accept_languages": "en-US",
      // The product works offline, so only this machine may be called.
      "network.proxy.type": 1,
      ...{ "network.proxy.http": "127.0.0.1", "network.proxy.http_port": 9 },
      ...{ "network.proxy.ssl": "127.0.0.1", "network.proxy.ssl_port": 9 },
      "network.proxy.no_proxies_on": ["localhost", "127.0.0.1", findOwnAddress()].join(", "),
      ...prefs,
    },
  });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(CALL_WITHIN_MS);
    const answer = await page.evaluate(() =>
      document.createElement("video").canPlayType('video/mp4; codecs="avc1.640020"'),
    );
    if (!answer)
      throw new Missing("Firefox plays no H.264 here (Debian: apt-get install gstreamer1.0-libav)");
    return drive(page, () => browser.close());
  } catch (error) {
    await browser.close();
    throw error;
  }
}

function requireFirefox(say: (line: string) => void): string {
  const named = process.env.FIREFOX_PATH;
  if (named) return named;
  const find = () =>
    findProgram("firefox-esr", "firefox") ??
    findProgram("/Applications/Firefox.app/Contents/MacOS/firefox");
  // gstreamer1.0-libav installs the library that decodes H.264.
  return find() ?? requirePackages(find, "Firefox", ["firefox-esr", "gstreamer1.0-libav"], say);
}

function drive(page: Page, close: () => Promise<void>): Driver {
  const findNamed = <Tag extends "button" | "input">(name: string, tags: Tag | string) =>
    until(`“${name}” is there`, async () => {
      // The label of a field has the same name.
      const found = await page.$$(`::-p-aria([name=${JSON.stringify(name)}])`);
      for (const element of found) {
        const isWanted = await element.evaluate((one, tags) => one.matches(tags), tags);
        if (isWanted) return element as ElementHandle<HTMLElementTagNameMap[Tag]>;
      }
      return undefined;
    });
  const evaluateIn =
    (frame: () => Pick<Page, "evaluate"> | undefined): Evaluate =>
    async (read, argument) => {
      const found = frame();
      if (!found) throw new Error("The page has no frame");
      return found.evaluate(read as never, argument as never) as never;
    };
  return {
    open: async (url) => void (await page.goto(url)),
    setFile: async (field, path) => {
      // Firefox uses its own button's name as the accessible name of a file field.
      const input = await page.waitForSelector(
        `input[type=file][aria-label=${JSON.stringify(field)}]`,
      );
      await (input as ElementHandle<HTMLInputElement>).uploadFile(path);
    },
    click: async (name) => (await findNamed(name, "button, a, input, summary")).click(),
    type: async (field, text) => {
      const found = await findNamed<"input">(field, "input, textarea");
      await found.evaluate((one) => {
        one.focus();
        one.select();
      });
      await page.keyboard.press("Delete");
      await page.keyboard.type(text);
    },
    press: async (key) => {
      if (key !== "Shift+Tab") return page.keyboard.press(key);
      await page.keyboard.down("Shift");
      await page.keyboard.press("Tab");
      await page.keyboard.up("Shift");
    },
    write: (text) => page.keyboard.type(text),
    paste: async () => {
      await page.keyboard.down("Control");
      await page.keyboard.press("v");
      await page.keyboard.up("Control");
    },
    evaluate: evaluateIn(() => page),
    evaluateInFrame: evaluateIn(() => page.frames()[1]),
    screenshot: async () => Buffer.from(await page.screenshot()),
    close,
  };
}
