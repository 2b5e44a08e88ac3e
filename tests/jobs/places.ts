import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ColorPicture, type Fields, seeFields } from "../color-pictures.ts";
import { type Driver, until } from "./driver.ts";
import { choosePicture, openStudio, RENDERS_WITHIN_MS, readBytes, type Visit } from "./visit.ts";

/** Where a visitor sees a picture, or a model does. */
export const places = ["stage", "sent", "first frame", "poster", "thumbnail"] as const;
export type Places = Record<(typeof places)[number], Fields>;

/** What may lie between a place and the reference decoder, of 255 per channel. */
export const limits = { mean: 2, most: 6 };

type Kept = {
  status: string;
  video?: { url: string };
  poster?: string;
  thumbnail?: string;
  input: { prompt: string; image_url: string };
};

/** Makes a video of the picture, and returns the colours of its four fields in each place. */
export async function seePlaces(
  { driver, origin, scratch }: Visit,
  { name, make }: ColorPicture,
): Promise<Places> {
  const words = name.replaceAll(/[^\w]+/g, "-").toLowerCase();
  const path = join(scratch, `${words}.${words.split("-")[0]}`);
  await writeFile(path, await make());
  await openStudio(driver, origin);
  await choosePicture(driver, path);
  const stage = await driver.evaluate(seeOnPage, "img[alt='The first frame']");
  const prompt = `[Static shot] ${name}`;
  await driver.type("Prompt", prompt);
  await driver.click("Generate");
  const kept = await until(
    "the video is kept",
    async () => {
      const newest = await readNewest(driver);
      return newest?.input.prompt === prompt && newest.status === "done" && newest;
    },
    RENDERS_WITHIN_MS,
  );
  const see = async (url: string | undefined) => seeFields(await readBytes(driver, url));
  return {
    stage,
    sent: await see(kept.input.image_url),
    "first frame": await driver.evaluate(seeFirstFrame, kept.video?.url ?? ""),
    poster: await see(kept.poster),
    thumbnail: await see(kept.thumbnail),
  };
}

function readNewest(driver: Driver): Promise<Kept | undefined> {
  return driver.evaluate(async () => {
    const { items } = await (await fetch("/api/generations?limit=1")).json();
    return items[0] as Kept | undefined;
  });
}

/** Runs in the page. */
async function seeOnPage(selector: string): Promise<Fields> {
  const shown = document.querySelector<HTMLImageElement>(selector);
  if (!shown) throw new Error("there is no picture on the page");
  await shown.decode();
  const [width, height] = [shown.naturalWidth, shown.naturalHeight];
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context?.drawImage(shown, 0, 0);
  return [
    [0.25, 0.25],
    [0.75, 0.25],
    [0.25, 0.75],
    [0.75, 0.75],
  ].map(([x = 0, y = 0]) => {
    const pixel = context?.getImageData(Math.floor(x * width), Math.floor(y * height), 1, 1);
    return [...(pixel?.data.slice(0, 3) ?? [])];
  }) as never;
}

/**
 * Runs in the page. It reads the frame as the browser decodes it and converts it by the formulas of BT.709. A canvas
 * would not do: without a graphics card, Chromium multiplies blue by 2.0 instead of 2.112 when it draws a video.
 */
async function seeFirstFrame(url: string): Promise<Fields> {
  const video = document.createElement("video");
  video.muted = true;
  video.preload = "auto";
  const loaded = new Promise((resolve, reject) => {
    video.onloadeddata = resolve;
    video.onerror = () => reject(new Error(video.error?.message));
  });
  video.src = url;
  await loaded;
  const frame = new VideoFrame(video, { timestamp: 0 });
  const { format, colorSpace, visibleRect } = frame;
  // Firefox has converted it already.
  const isConverted = format?.startsWith("BGR");
  if (!visibleRect || !(isConverted || format === "I420" || format === "NV12"))
    throw new Error(`the frame is in ${format}`);
  if (!isConverted && (colorSpace.matrix !== "bt709" || colorSpace.fullRange))
    throw new Error(`the frame is in ${JSON.stringify(colorSpace)}`);
  const { width, height } = visibleRect;
  const bytes = new Uint8Array(frame.allocationSize());
  const layout = await frame.copyTo(bytes);
  frame.close();
  video.removeAttribute("src");
  video.load();
  const at = (plane: number, x: number, y: number) => {
    const { offset = 0, stride = 0 } = layout[plane] ?? {};
    return bytes[offset + y * stride + x] ?? 0;
  };
  return [
    [0.25, 0.25],
    [0.75, 0.25],
    [0.25, 0.75],
    [0.75, 0.75],
  ].map(([left = 0, top = 0]) => {
    const [x, y] = [Math.floor(left * width), Math.floor(top * height)];
    if (isConverted) return [at(0, 4 * x + 2, y), at(0, 4 * x + 1, y), at(0, 4 * x, y)];
    const [column, row] = [x >> 1, y >> 1];
    const luma = (255 / 219) * (at(0, x, y) - 16);
    const isPacked = format === "NV12";
    const blue = (isPacked ? at(1, 2 * column, row) : at(1, column, row)) - 128;
    const red = (isPacked ? at(1, 2 * column + 1, row) : at(2, column, row)) - 128;
    return [
      luma + 1.792741 * red,
      luma - 0.213249 * blue - 0.532909 * red,
      luma + 2.112402 * blue,
    ].map((value) => Math.round(Math.min(Math.max(value, 0), 255)));
  }) as never;
}
