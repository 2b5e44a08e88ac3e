import { readFile } from "node:fs/promises";
import type { Locator, Page } from "@playwright/test";
import type { AppServer } from "./app-server.ts";
import { expect, test } from "./fixtures.ts";
import {
  coffee,
  difference,
  drop,
  openStudio,
  prepare,
  readFrames,
  type Studio,
} from "./studio.ts";

const prompt = "[Push in] the cup of a very private person";

test("steps through frames with keys and buttons, and continues from the last frame", async ({
  page,
}) => {
  const studio = await openStudio(page);
  await page.getByRole("switch", { name: "Optimize prompt" }).click();
  await makeVideo(page, studio);
  const picture = page.getByRole("img", { name: "The first frame" });
  const { last, first, width, height } = await readFrames(studio.video, await sourceOf(picture));
  expect(difference(first, last)).toBeGreaterThan(10);

  await studio.video.evaluate((video: HTMLVideoElement) => {
    video.currentTime = 1.02;
  });
  const expectFrame = (frame: number) =>
    expect
      .poll(() => studio.video.evaluate((video: HTMLVideoElement) => video.currentTime * 25))
      .toBeCloseTo(frame + 0.5, 1);
  await expect(studio.video).toHaveAttribute("aria-keyshortcuts", ", .");
  await studio.video.focus();
  await page.keyboard.press(".");
  await expectFrame(26);
  await page.keyboard.press(".");
  await expectFrame(27);
  await page.keyboard.press(",");
  await expectFrame(26);

  const more = page.getByRole("button", { name: "More" });
  await more.focus();
  await page.keyboard.press("Enter");
  await expect(more).toHaveAttribute("aria-expanded", "true");
  await page.getByRole("button", { name: "One frame back" }).press("Enter");
  await expectFrame(25);
  await page.getByRole("button", { name: "One frame forward" }).press("Enter");
  await expectFrame(26);
  await page.getByRole("button", { name: "Last frame" }).press("Enter");
  await page.keyboard.press("Escape");
  await expect(more).toBeFocused();
  await expect(more).toHaveAttribute("aria-expanded", "false");

  await page.getByRole("button", { name: "Continue from here" }).press("Enter");
  await expect(studio.prompt).toBeFocused();
  await expect(studio.prompt).toHaveValue("");
  await expect(studio.state).toHaveText("Picture ready");
  await expect(page.getByRole("switch", { name: "Optimize prompt" })).not.toBeChecked();
  await expect(page.getByText(`${width} × ${height}`)).toBeVisible();
  await expect.poll(async () => difference(await greysOf(picture), last)).toBeLessThan(1.5);
});

test("makes one variation of the same input, however fast the button is pressed", async ({
  page,
  app,
}) => {
  const studio = await openStudio(page);
  await makeVideo(page, studio);
  await studio.prompt.fill("something else");
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("button", { name: /^Make a variation/ }).dblclick();
  await expect(studio.library).toHaveCount(2);
  await studio.cancel.click();
  await expect(studio.state).toHaveText("Cancelled");
  const [second, first, ...others] = await libraryOf(page, app);
  expect(others).toEqual([]);
  expect(second?.input).toEqual(first?.input);
  expect(second?.id).not.toBe(first?.id);
  await expect(studio.prompt).toHaveValue("something else");
});

test("restores settings and first frame from a saved video in another studio", async ({
  page,
  browser,
  app,
}, testInfo) => {
  const studio = await openStudio(page);
  await page.getByRole("switch", { name: "Optimize prompt" }).click();
  await makeVideo(page, studio);
  const { first } = await readFrames(
    studio.video,
    await sourceOf(page.getByRole("img", { name: "The first frame" })),
  );
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download" }).click(),
  ]);
  const saved = testInfo.outputPath("saved.mp4");
  await download.saveAs(saved);

  const context = await browser.newContext();
  const theirs = await context.newPage();
  const errors: string[] = [];
  theirs.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  const other = await openStudio(theirs, app.origin);
  await drop(theirs, saved, "video/mp4");
  await expect(other.state).toHaveText("Picture ready");
  await expect(other.prompt).toHaveValue(prompt);
  await expect(theirs.getByRole("switch", { name: "Optimize prompt" })).not.toBeChecked();
  await expect(theirs.getByText("with its prompt and settings")).toBeVisible();
  const picture = theirs.getByRole("img", { name: "The first frame" });
  await expect.poll(async () => difference(await greysOf(picture), first)).toBeLessThan(1.5);

  // A video that this app did not make gives only its first frame, and the prompt stays.
  const bytes = await readFile(saved);
  const plain = bytes.subarray(0, bytes.indexOf("uuid") - 4);
  await other.prompt.fill("my own words");
  await other.image.setInputFiles({ name: "plain.mp4", mimeType: "video/mp4", buffer: plain });
  await expect(theirs.getByText("does not say how it was made")).toBeVisible();
  await expect(other.state).toHaveText("Picture ready");
  await expect(other.prompt).toHaveValue("my own words");

  const broken = plain.subarray(0, 2000);
  await other.image.setInputFiles({ name: "broken.mp4", mimeType: "video/mp4", buffer: broken });
  await expect(other.alert).toContainText("This is not a picture we can read");
  await expect(other.prompt).toHaveValue("my own words");
  expect(errors).toEqual([]);
  await context.close();
});

test("leaves the settings out of a file whose link hides the prompt", async ({
  page,
  playwright,
  app,
}) => {
  const studio = await openStudio(page);
  await makeVideo(page, studio);
  const [made] = await libraryOf(page, app);
  const own = await (await page.request.get(`${app.origin}/media/${made?.id}/video.mp4`)).body();
  expect(own.toString("latin1")).toContain(prompt);

  const share = async (hidePrompt: boolean) => {
    const address = `${app.origin}/api/generations/${made?.id}/share`;
    return (await (await page.request.put(address, { data: { hidePrompt } })).json()) as {
      url: string;
    };
  };
  const stranger = await playwright.request.newContext();
  const { url } = await share(false);
  const open = await stranger.get(`${url}/video.mp4`);
  expect(await open.body()).toEqual(own);

  await share(true);
  const end = own.indexOf("uuid", own.indexOf("mdat")) - 4;
  const frames = own.subarray(0, end);
  const { etag = "", "last-modified": date = "" } = open.headers();
  const table: [headers: Record<string, string>, status: number, body: Buffer, range?: string][] = [
    [{}, 200, frames],
    [{ range: "bytes=0-" }, 206, frames, `bytes 0-${end - 1}/${end}`],
    [{ range: "bytes=-9" }, 206, frames.subarray(-9), `bytes ${end - 9}-${end - 1}/${end}`],
    [
      { range: `bytes=${end - 1}-${own.length}` },
      206,
      frames.subarray(-1),
      `bytes ${end - 1}-${end - 1}/${end}`,
    ],
    [{ range: `bytes=${end}-` }, 416, Buffer.alloc(0), `bytes */${end}`],
    // The complete file has another ETag.
    [{ "if-none-match": etag }, 200, frames],
    [{ "if-modified-since": date }, 200, frames],
    [{ range: "bytes=0-1", "if-range": etag }, 200, frames],
  ];
  for (const [headers, status, body, range] of table) {
    const answer = await stranger.get(`${url}/video.mp4`, { headers });
    const name = JSON.stringify(headers);
    expect(answer.status(), name).toBe(status);
    expect(answer.headers()["content-range"], name).toBe(range);
    if (status !== 416) expect(answer.headers()["content-length"], name).toBe(`${body.length}`);
    expect((await answer.body()).equals(body), name).toBe(true);
  }
  const head = await stranger.head(`${url}/video.mp4?download=1`);
  expect(head.headers()["content-length"]).toBe(String(end));
  expect(head.headers().etag).not.toBe(etag);
  await stranger.dispose();
});

async function makeVideo(page: Page, studio: Studio) {
  await prepare(studio, coffee, prompt);
  await studio.generate.click();
  await expect(page.getByText("Kept on this server")).toBeVisible({ timeout: 60_000 });
}

async function sourceOf(picture: Locator): Promise<string> {
  return (await picture.getAttribute("src")) ?? "";
}

/** Returns a picture as 64 by 43 grey values, the size that `readFrames` uses for videos. */
function greysOf(picture: Locator): Promise<number[]> {
  return picture.evaluate(async (image: HTMLImageElement) => {
    await image.decode();
    const context = new OffscreenCanvas(64, 43).getContext("2d");
    if (!context) throw new Error("no canvas");
    context.drawImage(image, 0, 0, 64, 43);
    const { data } = context.getImageData(0, 0, 64, 43);
    return Array.from({ length: 64 * 43 }, (_, at) =>
      Math.round(((data[4 * at] ?? 0) + (data[4 * at + 1] ?? 0) + (data[4 * at + 2] ?? 0)) / 3),
    );
  });
}

type Listed = { id: string; input: object };

async function libraryOf(page: Page, { origin }: AppServer): Promise<Listed[]> {
  const { items } = await (await page.request.get(`${origin}/api/generations`)).json();
  return items;
}
