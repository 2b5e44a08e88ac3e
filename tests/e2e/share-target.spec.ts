import { readFile } from "node:fs/promises";
import type { APIRequestContext } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import { expectSaid } from "./hands.ts";
import { coffee, openStudio, studioOf } from "./studio.ts";
import { readPhoto } from "./test-pictures.ts";

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

test("takes the first of several pictures that an app hands over, and names the others", async ({
  page,
}) => {
  await openStudio(page);
  const form = new FormData();
  for (const name of ["cup.jpg", "b.jpg", "c.jpg", "d.jpg", "e.jpg", "f.jpg"])
    form.append("picture", new File([await readFile(coffee)], name, { type: "image/jpeg" }));
  const { location } = await handOver(page.request, form);
  await page.goto(location);
  await expect(studioOf(page).state).toHaveText("Picture ready");
  await expect(page.getByText(/cup.jpg · 600 × 400/)).toBeVisible();
  await expectSaid(page, /one picture is used at a time: b.jpg, c.jpg, d.jpg, and 2 more/);
});

test("accepts a HEIC without a type, as phones send it", async ({ page }) => {
  await openStudio(page);
  const buffer = await readPhoto("phone.heic");
  const picture = { name: "IMG_0001.HEIC", mimeType: "application/octet-stream", buffer };
  const { location } = await handOver(page.request, { picture });
  await page.goto(location);
  await expect(studioOf(page).state).toHaveText("Picture ready");
  await expect(page.getByText(/IMG_0001.HEIC · 640 × 480/)).toBeVisible();
});

test("finds the address in the text of a share target", async ({ page, allowConsoleError }) => {
  allowConsoleError(/status of 403/);
  await openStudio(page);
  const text = "Look at this cup! http://127.0.0.1:9/cup.png via Photos";
  const { location } = await handOver(page.request, { text });
  await page.goto(location);
  await expect(studioOf(page).alert).toHaveText(/This server does not call that address/);
});

test("says what is wrong with a file that is not a picture", async ({
  page,
  allowConsoleError,
}) => {
  allowConsoleError(/status of 4(15|22)/);
  await openStudio(page);
  const file = { name: "x.html", mimeType: "text/html", buffer: Buffer.from("<script>") };
  const empty = { name: "x.jpg", mimeType: "image/jpeg", buffer: Buffer.alloc(0) };
  const rows: [form: Record<string, Field>, sentence: RegExp][] = [
    [{ picture: file }, /not a picture we can read/],
    [{ picture: empty }, /This file is empty/],
    [{ text: "a rocket" }, /This is text, not a picture/],
    [{ text: "" }, /No picture came with that/],
  ];
  for (const [form, sentence] of rows) {
    const { status, location } = await handOver(page.request, form);
    expect(status).toBe(303);
    await page.goto(location);
    await expect(studioOf(page).alert).toHaveText(sentence);
  }
});

test("refuses what another site posts, and what is too large", async ({ request }) => {
  await request.get("/");
  const photo = { name: "x.jpg", mimeType: "image/jpeg", buffer: await readFile(coffee) };
  expect((await handOver(request, { picture: photo }, "cross-site")).status).toBe(403);
  const vast = { ...photo, buffer: Buffer.alloc(51 * 2 ** 20) };
  expect((await handOver(request, { picture: vast })).status).toBe(413);
});

/** Posts the form like the system's share sheet, with no page behind it. */
async function handOver(
  request: APIRequestContext,
  form: Record<string, Field> | FormData,
  site = "none",
) {
  const headers = { "sec-fetch-site": site, "sec-fetch-mode": "navigate" };
  const answer = await request.post("/shared", { multipart: form, headers, maxRedirects: 0 });
  return { status: answer.status(), location: answer.headers().location ?? "" };
}
