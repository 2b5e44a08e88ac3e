import type { Size } from "@/lib/generation";
import { MAX_ASPECT_RATIO } from "@/lib/models/limits";

export type Area = Size & { x: number; y: number };

/**
 * Decoding needs four bytes for each pixel, whatever the size of the file. The largest sensors of phones have 108
 * million.
 */
export const MAX_PIXELS = 120_000_000;

export function wholeOf({ width, height }: Size): Area {
  return { x: 0, y: 0, width, height };
}

/** Returns the largest size that can be sent: the whole picture, unless it is too wide or too tall for the model. */
export function largestPart({ width, height }: Size): Size {
  return {
    width: Math.min(width, Math.floor(height * MAX_ASPECT_RATIO)),
    height: Math.min(height, Math.floor(width * MAX_ASPECT_RATIO)),
  };
}

/** Returns an area of that size from the middle of the picture. */
export function middleOf(size: Size): Area {
  const { width, height } = largestPart(size);
  const x = Math.round((size.width - width) / 2);
  const y = Math.round((size.height - height) / 2);
  return { x, y, width, height };
}

export function isTooLong(size: Size): boolean {
  const part = largestPart(size);
  return part.width < size.width || part.height < size.height;
}

/**
 * Returns the same shape within the limit. The short side is rounded up, because a picture of 5:2 would otherwise
 * exceed 5:2.
 */
export function fitInside({ width, height }: Size, longSide: number): Size {
  const scale = Math.min(1, longSide / Math.max(width, height));
  return { width: Math.ceil(width * scale - 1e-9), height: Math.ceil(height * scale - 1e-9) };
}

/** Returns the size of a picture with this EXIF orientation after it is turned upright. */
export function uprightSize({ width, height }: Size, orientation: number): Size {
  return orientation >= 5 ? { width: height, height: width } : { width, height };
}

export type Matrix = [number, number, number, number, number, number];

/** Returns the transformation that turns stored pixels upright in a box of this size, as for a canvas's `transform`. */
export function turnUpright(orientation: number, { width, height }: Size): Matrix {
  switch (orientation) {
    case 2:
      return [-1, 0, 0, 1, width, 0];
    case 3:
      return [-1, 0, 0, -1, width, height];
    case 4:
      return [1, 0, 0, -1, 0, height];
    case 5:
      return [0, 1, 1, 0, 0, 0];
    case 6:
      return [0, 1, -1, 0, width, 0];
    case 7:
      return [0, -1, -1, 0, width, height];
    case 8:
      return [0, -1, 1, 0, 0, height];
    default:
      return [1, 0, 0, 1, 0, 0];
  }
}
