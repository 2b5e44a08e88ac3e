import sharp, { type Sharp } from "sharp";
import type { Size } from "./lens.ts";
import { PictureError } from "./picture-error.ts";

export type Picture = Size & { rgb: Uint8Array };

/** MiniMax requires a short side of more than 300 pixels. */
export const MIN_SIDE = 301;

// A progressive JPEG needs six bytes or more per pixel before the first pixel is drawn.
const MAX_PIXELS = 40_000_000;
sharp.cache(false);
const formats = new Set(["jpeg", "png", "webp", "gif", "heif", "avif"]);

/** Reads a picture upright and at the size that `toFrame` chooses. Throws a `PictureError` if it cannot be used. */
export async function readPicture(
  path: string,
  toFrame: (picture: Size) => Size,
): Promise<Picture> {
  const refuseUnreadable = (cause: unknown): never => {
    throw new PictureError("image_load_error", path, undefined, { cause });
  };
  const source = sharp(path, { failOn: "error", limitInputPixels: MAX_PIXELS });
  const metadata = await source.metadata().catch(refuseUnreadable);
  // Checked by format, because sharp would also draw an SVG, which is a program rather than a picture.
  if (!formats.has(metadata.format)) throw new PictureError("image_load_error", path);

  const { width, height } = metadata.autoOrient;
  if (Math.min(width, height) < MIN_SIDE) {
    throw new PictureError("image_too_small", path, { minWidth: MIN_SIDE, minHeight: MIN_SIDE });
  }
  return scale(source.autoOrient(), toFrame({ width, height })).catch(refuseUnreadable);
}

/** H.264 with 4:2:0 colour requires even sides. */
export function fitFrame({ width, height }: Size, longSide: number): Size {
  const even = (side: number) =>
    Math.max(16, 2 * Math.round((side * longSide) / Math.max(width, height) / 2));
  return { width: even(width), height: even(height) };
}

/** Fills the size. If the picture has another shape, its surplus is cut off equally on both sides. */
export async function scale(source: Sharp, { width, height }: Size): Promise<Picture> {
  const { data, info } = await source
    .resize(width, height, { fit: "cover", kernel: "lanczos3" })
    .flatten({ background: "white" })
    .toColourspace("srgb")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`Expected 3 channels, got ${info.channels}`);
  return { rgb: data, width, height };
}
