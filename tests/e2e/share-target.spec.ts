import { readFile } from "node:fs/promises";
import type { APIRequestContext } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import { coffee, openStudio, studioOf } from "./studio.ts";

type Manifest = {
  start_url: string;
  display: string;
  icons: { src: string; sizes: string; type: string; purpose?: string }[];
  share_target: { action: string; method: string; params: { files: { name: string }[] } };
};
type Field = string | { name: string; mimeType: string; buffer: Buffer };

test("has a manifest and icons that make it installable", async ({ page }) => {
  await openStudio(page);
  const href = await page.locator('link[rel="manifest"]').getAttribute("href");
  const manifest = (await (await page.request.get(href ?? "")).json()) as Manifest;
  expect(manifest).toMatchObject({ start_url: "/", display: "standalone" });
  expect(manifest.icons.map(({ purpose = "any" }) => purpose)).toEqual(["any", "any", "maskable"]);
  for (const { src, sizes } of manifest.icons) {
    const size = await page.evaluate(async (src) => {
      const icon = new Image();
      icon.src = src;
      await icon.decode();
      return `${icon.naturalWidth}x${icon.naturalHeight}`;
    }, src);
    expect(size).toBe(sizes);
  }
  const { action, method, params } = manifest.share_target;
  expect([action, method, params.files[0]?.name]).toEqual(["/shared", "POST", "picture"]);
});

test("passes a picture from another app once to the browser that sent it", async ({
  page,
  playwright,
  app,
}) => {
  await openStudio(page);
  const picture = { name: "Café (1).jpg", mimeType: "image/jpeg", buffer: await readFile(coffee) };
  const { status, location } = await handOver(page.request, { picture });
  expect(status).toBe(303);
  const shared = new URL(location).searchParams.get("shared");

  const stranger = await playwright.request.newContext({ baseURL: app.origin });
  expect((await stranger.get(`/shared/${shared}`)).status()).toBe(404);
  await stranger.get("/");
  expect((await stranger.get(`/shared/${shared}`)).status()).toBe(404);
  await stranger.dispose();

  await page.goto(location);
  await expect(studioOf(page).state).toHaveText("Picture ready");
  await expect(page.getByText(/Café \(1\).jpg · 600 × 400/)).toBeVisible();
  await expect(page).toHaveURL(`${app.origin}/`);
  expect((await page.request.get(`/shared/${shared}`)).status()).toBe(404);
});

test("applies the rules for pasted addresses to an address from another app", async ({
  page,
  allowConsoleError,
}) => {
  allowConsoleError(/status of 403/);
  await openStudio(page);
  const { location } = await handOver(page.request, { text: "http://127.0.0.1:9/x.png", url: "" });
  await page.goto(location);
  await expect(studioOf(page).alert).toHaveText(/This server does not call that address/);
});

test("refuses what is not a picture, and what another site posts", async ({ request }) => {
  await request.get("/");
  const picture = { name: "x.html", mimeType: "text/html", buffer: Buffer.from("<script>") };
  expect((await handOver(request, { picture })).status).toBe(400);
  expect((await handOver(request, { text: "a rocket" })).status).toBe(400);
  const photo = { name: "x.jpg", mimeType: "image/jpeg", buffer: await readFile(coffee) };
  expect((await handOver(request, { picture: photo }, "cross-site")).status).toBe(403);
  const vast = { ...photo, buffer: Buffer.alloc(51 * 2 ** 20) };
  expect((await handOver(request, { picture: vast })).status).toBe(413);
});

/** Posts the form like the system's share sheet, with no page behind it. */
async function handOver(request: APIRequestContext, form: Record<string, Field>, site = "none") {
  const headers = { "sec-fetch-site": site, "sec-fetch-mode": "navigate" };
  const answer = await request.post("/shared", { multipart: form, headers, maxRedirects: 0 });
  return { status: answer.status(), location: answer.headers().location ?? "" };
}
