import type { APIRequestContext } from "@playwright/test";
import scrape from "open-graph-scraper";
import robotsParser from "robots-parser";
import sharp from "sharp";
import { test as base, expect } from "./fixtures.ts";
import { makeVideo, publish, type Share, upload } from "./links.ts";
import { previewRobots, searchEngines } from "./robots.ts";

type Shape = "landscape" | "portrait";
type Shares = Record<Shape, Share>;

const sizes = {
  landscape: { width: 1920, height: 1080 },
  portrait: { width: 1080, height: 1920 },
} as const;

// Reverses the text after it unless the server removes it.
const prompt = "[Push in] harmless \u202e4pm.exe\u2066\u200f";

const test = base.extend<object, { shares: Shares }>({
  shares: [
    async ({ app, playwright }, use) => {
      const owner = await playwright.request.newContext();
      const share = async (shape: Shape) => {
        const image_url = await upload(owner, app, await drawNoise(sizes[shape]));
        const id = await makeVideo(owner, app, prompt, image_url);
        return publish(app, { owner, id }, {});
      };
      const landscape = await share("landscape");
      await use({ landscape, portrait: await share("portrait") });
      await owner.dispose();
    },
    { scope: "worker", timeout: 120_000 },
  ],
});

test("every robot can find the preview of a link, and may read it", async ({
  request,
  app,
  shares,
}) => {
  expect(previewRobots.length).toBeGreaterThanOrEqual(40);
  for (const [at, [name, agent]] of previewRobots.entries()) {
    const { url } = at % 2 === 0 ? shares.landscape : shares.portrait;
    const mayFetch = await readRobots(request, app.origin, agent);
    const page = await request.get(url, { headers: headersOf(agent) });
    expect(page.status(), name).toBe(200);
    expect(page.headers()["x-robots-tag"], name).toBe("noindex");
    const html = await page.text();
    expect(html, name).toContain('<meta name="robots" content="noindex" />');
    expect(html, name).not.toMatch(/\p{Bidi_Control}/u);
    const { result } = await scrape({ html });
    expect(result.ogTitle, name).toBe("harmless 4pm.exe");
    const [image] = result.ogImage ?? [];
    const oembed = `${app.origin}/api/oembed?format=json&url=${encodeURIComponent(url)}`;
    const promised = [image?.url, result.twitterImage?.[0]?.url, result.ogVideo?.[0]?.url];
    for (const address of [url, oembed, ...promised])
      expect(mayFetch(address ?? ""), `${name}: ${address}`).toBe(true);

    const picture = await request.get(image?.url ?? "", {
      headers: { ...headersOf(agent), range: "bytes=0-599999" },
    });
    expect(picture.status(), name).toBe(206);
    const { "content-type": type, "content-range": range, ...headers } = picture.headers();
    const { length } = await picture.body();
    expect([type, range], name).toEqual(["image/jpeg", `bytes 0-${length - 1}/${length}`]);
    expect(headers["x-robots-tag"], name).toBe("noindex");
  }
});

for (const shape of ["landscape", "portrait"] as const) {
  test(`the picture of a preview has a play mark, and is small: ${shape}`, async ({
    request,
    shares,
  }) => {
    const { result } = await scrape({ html: await (await request.get(shares[shape].url)).text() });
    const [image] = result.ogImage ?? [];
    const picture = await request.get(image?.url ?? "");
    await expectPreview(await picture.body(), shape, image ?? {});
  });
}

for (const [name, agent] of searchEngines) {
  test(`tells ${name} to list nothing`, async ({ request, app, shares }) => {
    const mayFetch = await readRobots(request, app.origin, agent);
    for (const path of ["/", "/login", "/ledger", "/api/generations", "/media/x/video.mp4"])
      expect(mayFetch(app.origin + path), path).toBe(false);
    // A robot that may not read an answer cannot see that it says "noindex", so it would list the address.
    const { url } = shares.landscape;
    for (const address of [
      url,
      ...["embed", "video.mp4", "preview.jpg"].map((f) => `${url}/${f}`),
    ]) {
      expect(mayFetch(address), address).toBe(true);
      const answer = await request.get(address, { headers: headersOf(agent) });
      expect(answer.headers()["x-robots-tag"], address).toBe("noindex");
    }
  });
}

test("removes direction marks from every title", async ({ request, app, shares }) => {
  const { url } = shares.landscape;
  const oembed = await request.get(`${app.origin}/api/oembed?url=${encodeURIComponent(url)}`);
  expect((await oembed.json()).title).toBe("harmless 4pm.exe");
  const embed = await (await request.get(`${url}/embed`)).text();
  expect(embed).toContain("<title>harmless 4pm.exe</title>");
  const download = await request.get(`${url}/video.mp4?download=1`);
  expect(download.headers()["content-disposition"]).toBe(
    "attachment; filename=harmless-4pm-exe.mp4",
  );
});

async function readRobots(request: APIRequestContext, origin: string, agent: string) {
  const address = `${origin}/robots.txt`;
  const answer = await request.get(address, { headers: headersOf(agent) });
  expect(answer.status()).toBe(200);
  expect(answer.headers()["content-type"]).toMatch(/^text\/plain\b/);
  const robots = robotsParser(address, await answer.text());
  return (url: string) => robots.isAllowed(url, agent) === true;
}

function headersOf(agent: string): Record<string, string> {
  return { "user-agent": agent };
}

async function expectPreview(
  bytes: Buffer,
  shape: Shape,
  said: { width?: unknown; height?: unknown },
): Promise<void> {
  expect(bytes.length).toBeLessThan(600_000);
  const { width, height, format } = await sharp(bytes).metadata();
  expect(format).toBe("jpeg");
  expect({ width, height }).toEqual({ width: Number(said.width), height: Number(said.height) });
  expect(Math.max(width, height)).toBe(1200);
  expect(width / height).toBeCloseTo(sizes[shape].width / sizes[shape].height, 1);
  // The play mark: white in the middle, dark around it.
  const lightAt = async (left: number, top: number) => {
    const area = { left: Math.round(left), top: Math.round(top), width: 8, height: 8 };
    const { channels } = await sharp(await sharp(bytes).extract(area).png().toBuffer()).stats();
    return channels.reduce((sum, { mean }) => sum + mean, 0) / channels.length;
  };
  const radius = Math.min(width, height) * 0.13;
  expect(await lightAt(width / 2 - 4, height / 2 - 4)).toBeGreaterThan(225);
  expect(await lightAt(width / 2 - radius * 0.8, height / 2 - 4)).toBeLessThan(100);
}

/** A picture that makes the largest possible JPEG of this size. */
async function drawNoise({ width, height }: { width: number; height: number }): Promise<Buffer> {
  const noise = { type: "gaussian", mean: 128, sigma: 60 } as const;
  return sharp({ create: { width, height, channels: 3, background: "#888888", noise } })
    .jpeg({ quality: 90 })
    .toBuffer();
}
