import type { Locator } from "@playwright/test";
import type { Fields } from "../color-pictures.ts";

/** Returns what the page shows at this element: the colour in the middle of each quarter. */
export async function seeOnPage(element: Locator): Promise<Fields> {
  return element.evaluate(async (shown: HTMLImageElement | HTMLVideoElement) => {
    const isVideo = shown instanceof HTMLVideoElement;
    if (!isVideo) await shown.decode();
    const [width, height] = isVideo
      ? [shown.videoWidth, shown.videoHeight]
      : [shown.naturalWidth, shown.naturalHeight];
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (!context) throw new Error("no canvas");
    context.drawImage(shown, 0, 0);
    return [
      [0.25, 0.25],
      [0.75, 0.25],
      [0.25, 0.75],
      [0.75, 0.75],
    ].map(([x = 0, y = 0]) => {
      const pixel = context.getImageData(Math.floor(x * width), Math.floor(y * height), 1, 1);
      return [...pixel.data.slice(0, 3)];
    }) as never;
  });
}

export type Difference = { mean: number; most: number };

export function compareFields(seen: Fields, wanted: Fields): Difference {
  const errors = wanted.flatMap((rgb, field) =>
    rgb.map((value, at) => Math.abs(value - (seen[field]?.[at] ?? 0))),
  );
  return {
    mean: errors.reduce((sum, error) => sum + error, 0) / errors.length,
    most: Math.max(...errors),
  };
}

export type Places = Record<"stage" | "sent" | "video" | "poster" | "thumbnail", Fields>;
