import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { AxeBuilder } from "@axe-core/playwright";
import { extract } from "@extractus/oembed-extractor";
import type { Page } from "@playwright/test";
import scrape from "open-graph-scraper";
import sharp from "sharp";
import type { AppServer } from "./app-server.ts";
import { test as base, expect } from "./fixtures.ts";
import { type Made, makeVideo, publish, type Share, upload } from "./links.ts";
import { coffee, expectPlaying, openStudio, prepare } from "./studio.ts";

const prompt = "a very private wish";

const test = base.extend<{ made: Made }, { kept: Made }>({
  /** One video for all tests of a worker that only need its link. */
  kept: [
    async ({ app, playwright }, use) => {
      const owner = await playwright.request.newContext();
      await use({ owner, id: await makeVideo(owner, app, prompt) });
      await owner.dispose();
    },
    { scope: "worker" },
  ],
  // Removes the link's options after a test, so that the next test does not find them.
  made: async ({ app, kept }, use) => {
    await use(kept);
    await kept.owner.delete(`${app.origin}/api/generations/${kept.id}/share`);
  },
});

test("plays a shared video for a stranger until its link is revoked", async ({
  page,
  browser,
  app,
  allowConsoleError,
}) => {
  allowConsoleError(/status of 410/);
  const studio = await openStudio(page);
  await prepare(studio, coffee, "[Push in] the cup, “closely”");
  await studio.generate.click();
  await page.getByRole("button", { name: "Share" }).click({ timeout: 60_000 });
  const url = await page.getByLabel("Link", { exact: true }).inputValue();
  expect(url).toMatch(new RegExp(`^${app.origin}/v/[\\w-]{22}$`));
  await expectAccessible(page);

  const stranger = await browser.newContext();
  const theirs = await stranger.newPage();
  await theirs.goto(url);
  await expect(theirs.getByRole("heading", { name: "the cup, “closely”" })).toBeVisible();
  await expectPlaying(theirs.locator("video"));
  await expectAccessible(theirs);
  expect(await stranger.cookies()).toEqual([]);
  await theirs.getByRole("button", { name: "Report this video" }).click();
  await expect(theirs.getByRole("heading", { name: "Thank you" })).toBeVisible();

  await page.reload();
  await studio.library.first().click();
  // The link is revoked while the panel still requests it.
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
  await page.route("**/share", async (route) => {
    if (route.request().method() === "PUT") await held;
    await route.continue();
  });
  await page.getByRole("button", { name: "Share" }).click();
  await expect(page.getByText(/^[1-9]\d* views?.* reported 1×$/)).toBeVisible();
  await page.getByRole("button", { name: "Take the link back" }).click();
  letGo();
  await expect(page.getByText("The link was taken back.")).toBeVisible();
  for (const address of addressesOf(app, { url, slug: "" })) {
    expect((await stranger.request.get(address)).status(), address).toBe(410);
  }
  await theirs.goto(url);
  await expect(theirs.getByRole("heading", { name: "This link was taken back" })).toBeVisible();
  await stranger.close();
});

test("creates and revokes a link with the keyboard alone", { tag: "@long" }, async ({ page }) => {
  const studio = await openStudio(page);
  await prepare(studio, coffee, "[Static shot] the cup");
  await studio.generate.click();
  await expect(page.getByText("Kept on this server")).toBeVisible({ timeout: 60_000 });
  const share = page.getByRole("button", { name: "Share" });
  await share.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Share this video" })).toBeFocused();
  await expect(page.getByLabel("Link", { exact: true })).toHaveValue(/\/v\//);
  await page.keyboard.press("Escape");
  await expect(share).toBeFocused();

  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Link", { exact: true })).toHaveValue(/\/v\//);
  const back = page.getByRole("button", { name: "Take the link back" });
  for (let presses = 0; presses < 20; presses++) {
    if (await back.evaluate((button) => button === document.activeElement)) break;
    await page.keyboard.press("Tab");
  }
  await expect(back).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByText("The link was taken back.")).toBeVisible();
});

test("plays a link without JavaScript, and is accessible in a frame", async ({
  browser,
  app,
  made,
}) => {
  const share = await publish(app, made, {});
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(share.url);
  await expect(page.getByRole("heading", { name: prompt })).toBeVisible();
  const video = page.locator("video");
  await expect(video).toHaveAttribute("src", `/v/${share.slug}/video.mp4`);
  await expect(video).toHaveAttribute("autoplay", "");
  await context.close();

  const embed = await (await browser.newContext()).newPage();
  await embed.goto(`${share.url}/embed`);
  await expectAccessible(embed);
  await embed.context().close();
});

test("a date on a page without script includes its time zone", async ({ browser, app, made }) => {
  const share = await publish(app, made, {});
  for (const timezoneId of ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kolkata"]) {
    for (const [locale, zone] of [
      ["en-US", "(UTC)"],
      ["zh-CN", "（UTC）"],
    ] as const) {
      const context = await browser.newContext({ javaScriptEnabled: false, timezoneId, locale });
      const page = await context.newPage();
      await page.goto(share.url);
      const time = page.locator("main time");
      const iso = (await time.getAttribute("datetime")) ?? "";
      const date = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" });
      const words = await time.textContent();
      expect(words?.replace(" ", ""), timezoneId).toBe(
        `${date.format(new Date(iso))} ${zone}`.replace(" ", "").replace(" （", "（"),
      );
      await context.close();
    }
  }
});

test("a password manager stores a link's password apart from the studio's and other links'", async ({
  request,
  app,
  made,
}) => {
  const share = await publish(app, made, { password: "open sesame" });
  const form = await (await request.get(share.url)).text();
  expect(form).toMatch(
    new RegExp(`<input[^>]*name="username" value="link-${share.slug}"\\s+autocomplete="username"`),
  );
  expect(form).toMatch(/<input id="link-password" name="link-password" type="password"/);
  expect(form).toMatch(/autocomplete="current-password"/);
});

test("shows nothing behind a link until its password is entered", async ({
  browser,
  app,
  made,
  allowConsoleError,
}) => {
  allowConsoleError(/status of 401/);
  const share = await publish(app, made, { password: "open sesame" });

  const stranger = await browser.newContext();
  for (const address of addressesOf(app, share)) {
    const answer = await stranger.request.get(address);
    expect(answer.status(), address).toBe(401);
    expect(await answer.text(), address).not.toContain(prompt);
  }
  const theirs = await stranger.newPage();
  await theirs.goto(share.url);
  await expectAccessible(theirs);
  await theirs.getByLabel("Password").fill("open barley");
  await theirs.keyboard.press("Enter");
  await expect(theirs.getByRole("alert")).toHaveText("That is not the password.");
  await theirs.getByLabel("Password").fill("open sesame");
  await theirs.keyboard.press("Enter");
  await expectPlaying(theirs.locator("video"));
  // As a phone, a Chinese keyboard or a copy from a chat writes the password.
  for (const password of [" open sesame\n", "ｏｐｅｎ　ｓｅｓａｍｅ", "open sesame\u200b"]) {
    const answer = await stranger.request.post(share.url, {
      form: { "link-password": password },
      maxRedirects: 0,
    });
    expect(answer.status(), JSON.stringify(password)).toBe(303);
  }

  await publish(app, made, { password: "another" });
  expect((await stranger.request.get(`${share.url}/video.mp4`)).status()).toBe(401);
  const attempts: number[] = [];
  for (let attempt = 0; attempt < 12; attempt++) {
    const answer = await stranger.request.post(share.url, {
      form: { password: `guess ${attempt}` },
    });
    attempts.push(answer.status());
  }
  expect(attempts.at(-1)).toBe(429);
  await stranger.close();
});

test("ends a link when it expires, and keeps its slug until then", async ({
  request,
  app,
  made,
}) => {
  const first = await publish(app, made, {});
  const second = await publish(app, made, { expiresInHours: 1 / 3600, hidePrompt: true });
  expect(second.slug).toBe(first.slug);
  await expect.poll(async () => (await request.get(`${first.url}/video.mp4`)).status()).toBe(410);
  for (const address of addressesOf(app, first)) {
    expect((await request.get(address)).status(), address).toBe(410);
  }
});

test("ends the link of a video that is deleted", async ({ request, app }) => {
  const id = await makeVideo(request, app, "a rocket");
  const share = await publish(app, { owner: request, id }, {});
  expect((await request.delete(`${app.origin}/api/generations/${id}`)).status()).toBe(204);
  for (const address of addressesOf(app, share)) {
    expect((await request.get(address)).status(), address).toBe(410);
  }
});

test("lets only the owner create, change or revoke a link", async ({ app, made, browser }) => {
  const share = await publish(app, made, {});
  const stranger = await browser.newContext();
  await stranger.request.get(app.origin);
  const address = `${app.origin}/api/generations/${made.id}/share`;
  expect((await stranger.request.put(address, { data: {} })).status()).toBe(404);
  expect((await stranger.request.delete(address)).status()).toBe(404);
  expect((await stranger.request.get(share.url)).status()).toBe(200);
  for (const data of [{ password: "" }, { expiresInHours: -1 }, { slug: "mine" }, [], "x"]) {
    expect((await made.owner.put(address, { data })).status(), JSON.stringify(data)).toBe(400);
  }
  await stranger.close();
});

const hostilePrompts = [
  `"><script>document.title="taken"</script>`,
  `</script><img src=x onerror=alert(1)> & <b>bold</b> 'quoted' \\u003c`,
  "🎬👩‍👩‍👧‍👦🇨🇭 ".repeat(60),
  "مرحبا بالعالم، هذا صاروخ يقلع في الليل",
  "word ".repeat(400).trim(),
  "x".repeat(2000),
];

for (const prompt of hostilePrompts) {
  test(`previews contain the prompt and nothing more: ${prompt.slice(0, 24)}`, {
    tag: "@long",
  }, async ({ page, app }) => {
    const id = await makeVideo(page.request, app, prompt);
    const share = await publish(app, { owner: page.request, id }, {});
    // The validator gets the page itself, because it refuses addresses of this machine.
    const html = await (await page.request.get(share.url)).text();
    const { result } = await scrape({ html });
    expect(result.success).toBe(true);
    expect(result.ogUrl).toBe(share.url);
    expect(prompt).toContain(result.ogTitle?.replace(/…$/, "").trim());
    expect(result.ogTitle?.isWellFormed()).toBe(true);
    expect(result.ogVideo?.[0]).toMatchObject({
      url: `${share.url}/video.mp4`,
      type: "video/mp4",
      width: "1280",
      height: "720",
    });
    expect(result.ogImage?.[0]).toMatchObject({ url: `${share.url}/preview.jpg` });
    expect(result.twitterPlayer?.[0]).toMatchObject({ url: `${share.url}/embed` });
    expect(result.jsonLD?.[0]).toMatchObject({
      "@type": "VideoObject",
      embedUrl: `${share.url}/embed`,
    });

    await page.goto(share.url);
    await expect(page).toHaveTitle(/· Firstframe$/);
    expect(await page.locator("main script, main img, main b").count()).toBe(1);
  });
}

const shapes = [
  { shape: "portrait", width: 400, height: 600 },
  { shape: "square", width: 400, height: 400 },
  { shape: "landscape", width: 600, height: 400 },
];

for (const { shape, ...size } of shapes) {
  test(`previews have the shape of the video: ${shape}`, async ({ request, app }) => {
    const channels = { channels: 3, background: "#446688" } as const;
    const picture = await sharp({ create: { ...size, ...channels } })
      .png()
      .toBuffer();
    const image_url = await upload(request, app, picture);
    const id = await makeVideo(request, app, "[Push in] blue", image_url);
    const share = await publish(app, { owner: request, id }, {});

    const { result } = await scrape({ html: await (await request.get(share.url)).text() });
    const [video] = result.ogVideo ?? [];
    const ratio = Number(video?.width) / Number(video?.height);
    expect(ratio).toBeCloseTo(size.width / size.height, 1);
    expect(result.ogImage?.[0]).toMatchObject({
      width: String(size.width),
      height: String(size.height),
      alt: "The first frame: blue",
    });
    const oembed = await request.get(`${app.origin}/api/oembed?url=${share.url}&maxheight=300`);
    const { width, height } = await oembed.json();
    expect(height).toBeLessThanOrEqual(300);
    expect(width / height).toBeCloseTo(size.width / size.height, 1);
  });
}

test("keeps a hidden prompt out of the page", async ({ request, app, made }) => {
  const share = await publish(app, made, { hidePrompt: true });
  for (const address of addressesOf(app, share)) {
    const answer = await request.get(address);
    expect(answer.status(), address).toBe(200);
    expect(JSON.stringify(answer.headers()), address).not.toContain("private");
    expect((await answer.body()).toString("latin1"), address).not.toContain("private wish");
  }
});

test("leads an oEmbed consumer from the page to the video", async ({ app, made }) => {
  const share = await publish(app, made, {});
  const embed = await extract(share.url, { maxwidth: 320 });
  expect(embed).toMatchObject({ type: "video", title: prompt, width: 320, height: 180 });
});

test("announces oEmbed on the page, which answers in the requested size", async ({
  request,
  app,
  made,
}) => {
  const share = await publish(app, made, {});
  const page = await (await request.get(share.url)).text();
  const [, href = ""] = /type="application\/json\+oembed"[^>]*href="([^"]+)"/.exec(page) ?? [];
  const answer = await request.get(`${href.replaceAll("&amp;", "&")}&maxwidth=640`);
  const embed = await answer.json();
  expect(embed).toMatchObject({ version: "1.0", type: "video", width: 640, height: 360 });
  expect(embed.html).toContain(`src="${share.url}/embed"`);

  const oembed = `${app.origin}/api/oembed`;
  expect((await request.get(`${oembed}?url=${share.url}&format=xml`)).status()).toBe(501);
  const elsewhere = encodeURIComponent("https://example.com/v/x");
  expect((await request.get(`${oembed}?url=${elsewhere}`)).status()).toBe(404);
  expect((await request.get(oembed)).status()).toBe(400);
});

test("serves the ranges that players and robots request", async ({ request, app, made }) => {
  const share = await publish(app, made, {});
  const url = `${share.url}/video.mp4`;
  const head = await request.head(url);
  const size = Number(head.headers()["content-length"]);
  const { etag = "" } = head.headers();
  expect(size).toBeGreaterThan(1000);
  const table: [headers: Record<string, string>, status: number, range?: string][] = [
    [{}, 200],
    // Safari's first request.
    [{ range: "bytes=0-1" }, 206, `bytes 0-1/${size}`],
    [{ range: "bytes=0-" }, 206, `bytes 0-${size - 1}/${size}`],
    [{ range: "bytes=-5" }, 206, `bytes ${size - 5}-${size - 1}/${size}`],
    [{ range: `bytes=${size - 1}-` }, 206, `bytes ${size - 1}-${size - 1}/${size}`],
    [{ range: `bytes=${size}-` }, 416, `bytes */${size}`],
    [{ range: "bytes=0-1,4-5" }, 200],
    [{ range: "bytes=0-1", "if-range": etag }, 206, `bytes 0-1/${size}`],
    [{ range: "bytes=0-1", "if-range": '"another"' }, 200],
    [{ "if-none-match": etag }, 304],
  ];
  for (const [headers, status, range] of table) {
    const answer = await request.get(url, { headers });
    expect(answer.status(), JSON.stringify(headers)).toBe(status);
    expect(answer.headers()["content-range"], JSON.stringify(headers)).toBe(range);
  }
});

test("permits other origins to frame the embed, but not the studio or the share page", async ({
  browser,
  app,
  made,
}) => {
  const share = await publish(app, made, {});
  const addresses = [`${share.url}/embed`, share.url, `${app.origin}/`];
  const host = createServer((_, response) => {
    const frames = addresses.map((address) => `<iframe src="${address}"></iframe>`);
    response.setHeader("content-type", "text/html").end(`<!doctype html>${frames.join("")}`);
  }).listen(0, "127.0.0.1");
  await once(host, "listening");
  const elsewhere = await (await browser.newContext()).newPage();
  await elsewhere.goto(`http://127.0.0.1:${(host.address() as AddressInfo).port}/`);
  const frame = (index: number) => elsewhere.frameLocator("iframe").nth(index);
  await expectPlaying(frame(0).locator("video"));
  for (const index of [1, 2]) await expect(frame(index).locator("main, video")).toHaveCount(0);
  await elsewhere.context().close();
  host.closeAllConnections();
  host.close();
});

function addressesOf(app: AppServer, { url }: Share): string[] {
  return [
    url,
    ...["embed", "video.mp4", "poster.jpg"].map((part) => `${url}/${part}`),
    `${app.origin}/api/oembed?url=${encodeURIComponent(url)}`,
  ];
}

async function expectAccessible(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
}
