import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, type Locator, type Page } from "@playwright/test";

const photos = resolve(import.meta.dirname, "../photos");

export const rocket = join(photos, "rocket.jpg");
export const coffee = join(photos, "coffee.jpg");

/** The parts of the studio, found by their accessible names as a person would. */
export function studioOf(page: Page) {
  return {
    image: page.getByLabel("Image", { exact: true }),
    prompt: page.getByRole("textbox", { name: "Prompt" }),
    generate: page.getByRole("button", { name: /^Generate/ }),
    cancel: page.getByRole("button", { name: "Cancel" }),
    state: page.getByRole("status"),
    progress: page.getByRole("progressbar"),
    // Next has an empty alert of its own for route changes.
    alert: page.getByRole("alert").filter({ hasText: /\S/ }),
    video: page.getByRole("region", { name: "Result" }).locator("video"),
    library: page.getByRole("list", { name: "Library" }).getByRole("button"),
  };
}

export type Studio = ReturnType<typeof studioOf>;

/** Opens the studio and waits until the drop zone has replaced the plain file field. */
export async function openStudio(page: Page, origin = ""): Promise<Studio> {
  await page.goto(`${origin}/`);
  await expect(page.locator("[data-drop-zone]")).toBeVisible();
  return studioOf(page);
}

export async function prepare(studio: Studio, picture: string, prompt: string) {
  await studio.image.setInputFiles(picture);
  await expect(studio.state).toHaveText("Picture ready");
  await studio.prompt.fill(prompt);
}

/**
 * Withholds the end of a run from the page until the returned function is called, so that a test can look at the
 * waiting state.
 */
export async function delayRunEnds(page: Page): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  await page.route("**/api/generations/*", async (route) => {
    await promise;
    await route.continue();
  });
  return resolve;
}

/** Drops a file like a person: first a drag over the zone, then a drop. */
export async function drop(page: Page, path: string, type: string) {
  const bytes = (await readFile(path)).toString("base64");
  const name = path.split("/").at(-1);
  const dataTransfer = await page.evaluateHandle(
    ({ bytes, name, type }) => {
      const content = Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([content], name ?? "picture", { type }));
      return transfer;
    },
    { bytes, name, type },
  );
  const zone = page.locator("[data-drop-zone]");
  await zone.dispatchEvent("dragenter", { dataTransfer });
  await zone.dispatchEvent("dragover", { dataTransfer });
  await expect(page.getByText("Let go, and it is your first frame")).toBeVisible();
  await zone.dispatchEvent("drop", { dataTransfer });
}

export async function expectPlaying(video: Locator) {
  await expect(video).toBeVisible({ timeout: 60_000 });
  await expect
    .poll(() => video.evaluate((element: HTMLVideoElement) => element.currentTime), {
      timeout: 20_000,
    })
    .toBeGreaterThan(0.2);
}

type Seen = {
  width: number;
  height: number;
  duration: number;
  first: number[];
  last: number[];
  photo: number[];
};

/** Returns the first and last frame of a video and its photograph, as 64 by 43 grey values from 0 to 255. */
export function readFrames(video: Locator, photoUrl: string): Promise<Seen> {
  return video.evaluate(async (element: HTMLVideoElement, url) => {
    const canvas = new OffscreenCanvas(64, 43);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (!context) throw new Error("no canvas");
    const read = (source: CanvasImageSource) => {
      context.drawImage(source, 0, 0, 64, 43);
      const { data } = context.getImageData(0, 0, 64, 43);
      return Array.from({ length: 64 * 43 }, (_, at) =>
        Math.round(((data[4 * at] ?? 0) + (data[4 * at + 1] ?? 0) + (data[4 * at + 2] ?? 0)) / 3),
      );
    };
    // After `seeked`, the old frame may still be visible, so wait for the requested one.
    const readAt = (seconds: number) =>
      new Promise<number[]>((resolve) => {
        const wait = () =>
          element.requestVideoFrameCallback((_, { mediaTime }) => {
            if (Math.abs(mediaTime - seconds) < 0.04) resolve(read(element));
            else wait();
          });
        wait();
        element.currentTime = seconds;
      });
    element.pause();
    // A frame that is already visible is not reported again, so the video first seeks to another place.
    const isInFirstHalf = element.currentTime < element.duration / 2;
    await readAt(element.duration * (isInFirstHalf ? 0.75 : 0.25));
    const photo = new Image();
    photo.src = url;
    await photo.decode();
    return {
      width: element.videoWidth,
      height: element.videoHeight,
      duration: element.duration,
      first: await readAt(0.001),
      last: await readAt(element.duration - 0.02),
      photo: read(photo),
    };
  }, photoUrl);
}

/** Returns the mean absolute difference of two lists of grey values. */
export function difference(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, at) => sum + Math.abs(value - (b[at] ?? 0)), 0) / a.length;
}
