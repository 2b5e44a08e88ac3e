import sharp, { type Sharp } from "sharp";
import type { Size } from "./lens.ts";
import { PictureError } from "./picture-error.ts";

export type Picture = Size & { rgb: Uint8Array };

/** The frame's longer side in pixels: what fal's model delivers for a wide picture. */
export const LONG_SIDE = 1280;

/** MiniMax asks for a short side over 300 pixels. */
export const MIN_SIDE = 301;

const MAX_PIXELS = 120_000_000;
const formats = new Set(["jpeg", "png", "webp", "gif", "heif", "avif"]);

/** Reads a picture upright and in the video's size. Throws a `PictureError` when it can't be one. */
export async function readPicture(path: string): Promise<Picture> {
  const source = sharp(path, { failOn: "error", limitInputPixels: MAX_PIXELS });
  const metadata = await source.metadata().catch(refuseUnreadable);
  // By format, because sharp would also draw an SVG, and that is a program rather than a picture.
  if (!formats.has(metadata.format)) throw new PictureError("image_load_error");

  const { width, height } = metadata.autoOrient;
  if (Math.min(width, height) < MIN_SIDE) {
    throw new PictureError("image_too_small", { minWidth: MIN_SIDE, minHeight: MIN_SIDE });
  }
  return scale(source.autoOrient(), fitFrame({ width, height })).catch(refuseUnreadable);
}

/** H.264 with 4:2:0 colour needs even sides. */
export function fitFrame({ width, height }: Size): Size {
  const even = (side: number) =>
    Math.max(16, 2 * Math.round((side * LONG_SIDE) / Math.max(width, height) / 2));
  return { width: even(width), height: even(height) };
}

export async function scale(source: Sharp, { width, height }: Size): Promise<Picture> {
  const { data, info } = await source
    .resize(width, height, { fit: "fill", kernel: "lanczos3" })
    .flatten({ background: "white" })
    .toColourspace("srgb")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`Expected 3 channels, got ${info.channels}`);
  return { rgb: data, width, height };
}

function refuseUnreadable(cause: unknown): never {
  throw new PictureError("image_load_error", undefined, { cause });
}
