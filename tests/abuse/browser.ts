import { join } from "node:path";
import { type Browser, chromium } from "playwright";
import { browserArgs, findInstalledBrowsers, requireBrowser } from "../../scripts/browser.ts";
import type { Answer } from "./client.ts";

export type WatchedPage = AsyncDisposable & {
  goto(path: string): Promise<Answer>;
  /** Opens all that the page has of the library. */
  look(): Promise<void>;
  /** Gives the studio a picture of this name. */
  drop(name: string): Promise<void>;
  /** Scripts that ran, and breaches of the policy. */
  faults(): Promise<string[]>;
};

const rocket = join(import.meta.dirname, "../photos/rocket.jpg");
const SETTLED_WITHIN_MS = 400;

/** Opens pages with a session; the browser starts with the first. */
export function openBrowser(stack: AsyncDisposableStack, origin: string) {
  let started: Promise<Browser> | undefined;
  const start = async () => {
    const executablePath = findInstalledBrowsers()[0] ?? (await requireBrowser(() => {}));
    return stack.adopt(await chromium.launch({ executablePath, args: browserArgs }), (browser) =>
      browser.close(),
    );
  };

  return async (cookie: string): Promise<WatchedPage> => {
    started ??= start();
    const context = await (await started).newContext({ baseURL: origin });
    const [name = "", value = ""] = cookie.split(/=(.*)/s);
    await context.addCookies([{ name, value, url: origin }]);
    // The studio would go on to ask after the run that is at work, also while the next attempt is being made.
    await context.route("**/api/fal/proxy", (route) =>
      route.request().method() === "GET" ? route.abort() : route.continue(),
    );
    const page = await context.newPage();
    const faults: string[] = [];
    page.on("console", (message) => {
      if (/content.security.policy|refused to/i.test(message.text())) faults.push(message.text());
    });
    page.on("dialog", async (dialog) => {
      faults.push(`a dialog: ${dialog.message()}`);
      await dialog.dismiss();
    });
    return {
      async goto(path) {
        const response = await page.goto(path);
        await page.waitForTimeout(SETTLED_WITHIN_MS);
        const headers = Object.entries((await response?.allHeaders()) ?? {});
        return {
          status: response?.status() ?? 0,
          headers: headers.map(([key, text]) => `${key}: ${text}\n`).join(""),
          text: await page.content(),
        };
      },
      async look() {
        const entries = page.getByRole("list", { name: "Library" }).getByRole("button");
        for (const entry of await entries.all()) {
          await entry.click({ timeout: 15_000 });
          await page.waitForTimeout(SETTLED_WITHIN_MS / 4);
        }
      },
      async drop(name) {
        const { readFile } = await import("node:fs/promises");
        const buffer = await readFile(rocket);
        await page.getByLabel("Image", { exact: true }).setInputFiles({
          ...{ name, mimeType: "image/jpeg", buffer },
        });
        await page.waitForTimeout(3 * SETTLED_WITHIN_MS);
      },
      async faults() {
        const hasRun = await page.evaluate(() => "abused" in window);
        return [...faults, ...(hasRun ? ["a script of the attacker's ran"] : [])];
      },
      [Symbol.asyncDispose]: () => context.close(),
    };
  };
}
