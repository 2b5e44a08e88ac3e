import { AxeBuilder } from "@axe-core/playwright";
import scrape from "open-graph-scraper";
import { accepted, completed, file, resultAt, unknown } from "../fake-upstream/answers.ts";
import { startFakeUpstream } from "../fake-upstream/fake-upstream.ts";
import { deliveries, readDelivery } from "../videos/deliveries.ts";
import { expect, test } from "./fixtures.ts";
import { makeVideo, publish } from "./links.ts";
import { expectPlaying } from "./studio.ts";

// The containers that Chromium plays itself, or that are converted for it.
const tried = deliveries.filter(({ isUndecodable }) => !isUndecodable);
const undecodable = deliveries.filter(({ isUndecodable }) => isUndecodable);

test("every delivered video is stored, plays, has a preview, and can be downloaded as delivered", async ({
  page,
  playwright,
  startApp,
}) => {
  test.setTimeout(15 * 60_000);
  const upstream = await startFakeUpstream({
    answers: { prices: unknown, submit: accepted, status: completed },
    otherwise: unknown,
  });
  const app = await startApp({ FAL_UPSTREAM: upstream.base });
  for (const delivery of tried) {
    const { name, type, kept } = delivery;
    const bytes = await readDelivery(delivery);
    // A new one for each: a connection that was idle while the page played may be closing.
    const request = await playwright.request.newContext();
    upstream.answer(
      "result",
      resultAt(`https://v3b.fal.media/files/b/x/${crypto.randomUUID()}.mp4`),
    );
    upstream.answer("file", file(bytes, type));
    const id = await makeVideo(request, app, "con");
    const share = await publish(app, { owner: request, id }, {});

    const { result } = await scrape({ html: await (await request.get(share.url)).text() });
    const [image] = result.ogImage ?? [];
    expect(image?.url, name).toBe(`${share.url}/preview.jpg`);
    expect((await request.get(image?.url ?? "")).status(), name).toBe(200);

    await page.goto(share.url);
    await expectPlaying(page.locator("video"));

    const saved = await request.get(`${share.url}/video.mp4?download=1`);
    expect(saved.headers()["content-type"], name).toBe(type);
    const extension = { "video/webm": "webm", "video/quicktime": "mov", "video/x-matroska": "mkv" };
    const ending =
      extension[type as keyof typeof extension] ?? (type === "video/mp2t" ? "ts" : "mp4");
    expect(saved.headers()["content-disposition"], name).toBe(
      `attachment; filename=con-video.${ending}`,
    );
    if (kept === "converted") {
      const body = await saved.body();
      expect(body.subarray(0, bytes.length).equals(bytes), name).toBe(true);
    }
    await request.dispose();
  }
  expect(app.output()).not.toMatch(/garbage collection|Aborted|DEP0137/);
  await upstream.close();
});

test("a video that nothing decodes is stored as delivered, and its preview has no picture", async ({
  page,
  request,
  startApp,
}) => {
  test.setTimeout(5 * 60_000);
  const upstream = await startFakeUpstream({
    answers: { prices: unknown, submit: accepted, status: completed },
    otherwise: unknown,
  });
  const app = await startApp({ FAL_UPSTREAM: upstream.base });
  for (const delivery of undecodable) {
    const { name, type } = delivery;
    const bytes = await readDelivery(delivery);
    upstream.answer(
      "result",
      resultAt(`https://v3b.fal.media/files/b/x/${crypto.randomUUID()}.mp4`),
    );
    upstream.answer("file", file(bytes, type));
    const id = await makeVideo(request, app, "a rocket");
    const share = await publish(app, { owner: request, id }, {});

    const html = await (await request.get(share.url)).text();
    expect(html, name).not.toContain("poster.jpg");
    expect(html, name).not.toContain("preview.jpg");
    const oembed = await request.get(
      `${app.origin}/api/oembed?url=${encodeURIComponent(share.url)}`,
    );
    expect(await oembed.json(), name).not.toHaveProperty("thumbnail_url");
    for (const picture of ["poster.jpg", "preview.jpg"])
      expect((await request.get(`${share.url}/${picture}`)).status(), name).toBe(404);

    const saved = await request.get(`${share.url}/video.mp4?download=1`);
    expect(saved.headers()["content-type"], name).toBe(type);
    expect((await saved.body()).subarray(0, bytes.length).equals(bytes), name).toBe(true);
    if (name === "mpeg4.avi") {
      await page.goto(share.url);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations).toEqual([]);
    }
  }
  await upstream.close();
});
