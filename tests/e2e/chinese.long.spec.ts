import { AxeBuilder } from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";
import sharp from "sharp";
import { cameraMoves } from "../../lib/browser/prompt/camera-moves.ts";
import { models } from "../../lib/models/catalogue.ts";
import { expect, test } from "./fixtures.ts";
import { ownAnswer } from "./gateway.ts";
import { readTexts } from "./page-text.ts";
import { startRecordingUpstream } from "./recording-upstream.ts";
import { coffee, delayRunEnds, rocket } from "./studio.ts";

const password = "open sesame";

// What Chinese texts also write in Latin letters: names, formats, units, settings, addresses.
const allowed = [
  ...models.map(({ name }) => name),
  ...cameraMoves,
  ...["Firstframe", "firstframe", "fal\\.ai[/\\w]*", "fal", "AI", "FAL_KEY", "\\.env", "Cookie"],
  ...["AVIF", "BMP", "CSV", "GIF", "HEIC", "JPEG", "MP4", "PNG", "SVG", "WebP", "MB", "kB", "UTC"],
  ...["coffee\\.jpg", "wide\\.jpg", "https?://\\S+"],
  // The id of a request.
  "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
];
// The longest first, because some names begin with another one.
const anyAllowed = allowed.sort((a, b) => b.length - a.length).join("|");
const latin = new RegExp(`(?<![A-Za-z])(?:${anyAllowed})(?![A-Za-z])`, "g");

const languages = [
  {
    locale: "zh-CN",
    lang: "zh-Hans",
    prompt: "[Push in] 杯子冒着热气",
    // Other languages join sentences with a space; after a full-width sign there must be none.
    isForeign: (text: string) =>
      /[A-Za-z]{2,}/.test(text.replaceAll(latin, "")) || /[，。：；？！] /.test(text),
  },
  {
    locale: "en-US",
    lang: "en",
    prompt: "[Push in] the cup steams",
    isForeign: (text: string) => /[\p{Script=Han}，。：；？！「」（）]/u.test(text),
  },
];

for (const { locale, lang, prompt, isForeign } of languages) {
  test.describe(`for a visitor who prefers ${locale}`, () => {
    test.use({ locale });

    const foreign = new Set<string>();

    test.beforeEach(({ allowConsoleError }) => {
      test.setTimeout(180_000);
      allowConsoleError(/status of 4\d\d/);
      foreign.clear();
    });

    test.afterEach(() => expect([...foreign], "words of another language").toEqual([]));

    /** Records each text of a page that is in another language. */
    async function read(page: Page, place: string) {
      await expect(page.locator("html")).toHaveAttribute("lang", lang);
      for (const text of await readTexts(page)) {
        if (isForeign(text)) foreign.add(`${place}: ${text}`);
      }
    }

    async function readClosely(page: Page, place: string) {
      await read(page, place);
      // The other tests find the English texts.
      if (lang === "en") return;
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    }

    test("shows the way to a video in that language", async ({ page, startApp }) => {
      const app = await startApp({ ACCESS_PASSWORD: password });
      const field = page.locator("#password");
      const complaint = page.getByRole("alert").filter({ hasText: /\S/ });
      await page.goto(app.origin);
      await readClosely(page, "login");
      await field.fill("open barley");
      await page.keyboard.press("Enter");
      await expect(complaint).toBeVisible();
      await read(page, "wrong password");
      await field.fill(password);
      await page.keyboard.press("Enter");

      const zone = page.locator("[data-drop-zone]");
      await expect(zone).toBeVisible();
      await readClosely(page, "empty studio");
      const dataTransfer = await page.evaluateHandle(() => {
        const transfer = new DataTransfer();
        transfer.items.add(new File(["x"], "wide.jpg", { type: "image/jpeg" }));
        return transfer;
      });
      // The samples arrive after the first paint.
      await expect(page.locator("[data-stage] img")).toHaveCount(3);
      const paragraphs = zone.locator("p");
      const before = await paragraphs.count();
      await zone.dispatchEvent("dragenter", { dataTransfer });
      await zone.dispatchEvent("dragover", { dataTransfer });
      await expect(paragraphs).toHaveCount(before + 1);
      await read(page, "dragging");
      await zone.dispatchEvent("drop", { dataTransfer });
      await expect(complaint).toBeVisible();
      await read(page, "refused picture");

      const picture = page.locator("input[type=file]").first();
      const buffer = await sharp(rocket).resize(1800, 450, { fit: "cover" }).jpeg().toBuffer();
      await picture.setInputFiles({ name: "wide.jpg", mimeType: "image/jpeg", buffer });
      await expect(page.getByRole("slider")).toBeVisible();
      await read(page, "crop");
      await picture.setInputFiles(coffee);
      await expect(page.getByRole("slider")).toBeHidden();
      await page.locator("#prompt").fill(prompt);
      await open(page.locator("form [aria-expanded]").first(), page.getByRole("toolbar"));
      await page.getByRole("toolbar").getByRole("button").last().click();
      await read(page, "camera moves");

      await page.route("**/api/fal/proxy", (route) =>
        route.fulfill({ status: 401, headers: ownAnswer(), json: { detail: "" } }),
      );
      await page.locator("form button[type=submit]").last().click();
      await expect(complaint).toBeVisible();
      await readClosely(page, "failure");
      for (const [path, place] of [
        ["key", "key page"],
        ["ledger", "empty ledger"],
        ["nowhere", "no such page"],
      ]) {
        await page.goto(`${app.origin}/${path}`);
        await readClosely(page, place ?? "");
      }
      await page.goto(`${app.origin}/key`);
      await page.locator("#key").fill("0");
      await page.keyboard.press("Enter");
      await expect(complaint).toBeVisible();
      await read(page, "wrong key");
    });

    test("shows a video and its links in that language", async ({ page, browser, startApp }) => {
      const app = await startApp();
      await page.goto(app.origin);
      await expect(page.locator("[data-drop-zone]")).toBeVisible();
      await page.locator("input[type=file]").first().setInputFiles(coffee);
      await expect(page.locator("[data-stage] img")).toHaveCount(1);
      await page.locator("#prompt").fill(prompt);
      const letGo = await delayRunEnds(page);
      await page.locator("form button[type=submit]").last().click();
      const library = page.locator("[data-drop-zone] li button[aria-pressed]");
      await expect(library).toHaveCount(1);
      await expect(page.getByRole("progressbar")).toBeVisible();
      await read(page, "running");
      letGo();

      // Available once the video is archived: the menu and the share panel.
      const openers = page.locator("[data-stage] button[aria-expanded]");
      const more = openers.first();
      const sharing = openers.nth(1);
      const panel = page.getByRole("dialog");
      await expect(sharing).toBeVisible({ timeout: 60_000 });
      await read(page, "done");
      await open(more, panel.locator("kbd").first());
      await readClosely(page, "more");
      await page.keyboard.press("Escape");
      const link = page.locator("input[readonly]").first();
      await open(sharing, link);
      await readClosely(page, "share panel");
      const url = await link.inputValue();
      await page.keyboard.press("Escape");
      await open(page.locator("form [aria-expanded]").last(), page.locator("form ul").first());
      await open(
        page.locator("[data-drop-zone] summary").first(),
        page.locator("search select").first(),
      );
      await page.locator("header summary").click();
      await readClosely(page, "everything open");

      await page.goto(`${app.origin}/links`);
      await expect(page.getByRole("main").locator("a[href*='?video=']").first()).toBeVisible();
      await readClosely(page, "links");
      await page.goto(app.origin);
      await library.first().click();
      const undo = page.locator("[aria-live=polite] button");
      await open(page.locator("button:has(+ [aria-expanded])").first(), undo);
      await read(page, "deleted, with an undo");
      await undo.click();
      await expect(library).toHaveCount(1);

      const stranger = await browser.newContext({ locale });
      const theirs = await stranger.newPage();
      const { items } = await (await page.request.get(`${app.origin}/api/generations`)).json();
      const share = `${app.origin}/api/generations/${items[0].id}/share`;
      await theirs.goto(url);
      await readClosely(theirs, "share page");
      await page.request.put(share, { data: { hidePrompt: true } });
      for (const address of [url, `${url}/embed`]) {
        await theirs.goto(address);
        await read(theirs, address === url ? "hidden prompt" : "embed");
      }
      const oembed = await theirs.request.get(`${app.origin}/api/oembed?url=${url}`, {
        headers: { "accept-language": locale },
      });
      expect(oembed.headers().vary).toContain("Accept-Language");
      expect(isForeign((await oembed.json()).title)).toBe(false);
      const robot = await fetch(url, { headers: { "accept-language": "" } });
      expect(robot.headers.get("vary")).toContain("Accept-Language");
      expect(await robot.text()).toContain("A video that begins with a picture");

      await theirs.goto(url);
      await theirs.locator("form button").click();
      await read(theirs, "reported");
      await page.request.put(share, { data: { password } });
      await theirs.goto(url);
      await read(theirs, "link with a password");
      await theirs.locator("#link-password").fill("open barley");
      await theirs.keyboard.press("Enter");
      await expect(theirs.getByRole("alert")).toBeVisible();
      await read(theirs, "wrong password of a link");
      await page.request.delete(share);
      await theirs.goto(url);
      await readClosely(theirs, "revoked link");
      await stranger.close();
    });

    test("shows prices, budget and ledger in that language", async ({ page, startApp }) => {
      await using upstream = await startRecordingUpstream();
      const app = await startApp({
        FAL_KEY: "server-key",
        FAL_UPSTREAM: upstream.origin,
        ALLOW_PUBLIC: "true",
        ALLOW_OWN_KEY: "true",
        BUDGET_USD_PER_DAY: "0.60",
        LOG_LEVEL: "silent",
      });
      await page.goto(app.origin);
      await expect(page.locator("header a[href='/ledger']")).toBeVisible();
      await read(page, "priced");
      await page.request.post(`${app.origin}/api/fal/proxy`, {
        headers: { "x-fal-target-url": "https://queue.fal.run/fal-ai/minimax-video" },
        data: { prompt },
      });
      await page.reload();
      await expect(page.locator("form button[type=submit]").last()).toBeDisabled();
      await expect(page.getByRole("progressbar")).toBeVisible();
      await readClosely(page, "in line, and the budget spent");
      await page.goto(`${app.origin}/ledger`);
      await readClosely(page, "ledger");
      // The head, the day with its total, and the run.
      await expect(page.getByRole("row")).toHaveCount(3);

      const headers = { "accept-language": locale };
      const answer = await page.request.get(`${app.origin}/manifest.webmanifest`, { headers });
      expect(answer.headers().vary).toContain("Accept-Language");
      const manifest = await answer.json();
      expect(manifest.lang).toBe(lang);
      expect(isForeign(manifest.description)).toBe(false);
    });
  });
}

async function open(opener: Locator, inside: Locator) {
  await opener.click();
  await expect(inside).toBeVisible();
}
