import type { Size } from "@/lib/generation";
import { MAX_ASPECT_RATIO } from "@/lib/models/limits";

export type Area = Size & { x: number; y: number };

/** Decoding takes four bytes for each, whatever the file weighs. The largest phone sensors make 108 million. */
export const MAX_PIXELS = 120_000_000;

export function wholeOf({ width, height }: Size): Area {
  return { x: 0, y: 0, width, height };
}

/** What can be sent of a picture, at most: all of it, unless it is too wide or too tall for the model. */
export function largestPart({ width, height }: Size): Size {
  return {
    width: Math.min(width, Math.floor(height * MAX_ASPECT_RATIO)),
    height: Math.min(height, Math.floor(width * MAX_ASPECT_RATIO)),
  };
}

/** That part, out of the middle. */
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

/** The same shape within the limit. The short side is rounded up, else a picture of 5:2 would come out longer. */
export function fitInside({ width, height }: Size, longSide: number): Size {
  const scale = Math.min(1, longSide / Math.max(width, height));
  return { width: Math.ceil(width * scale - 1e-9), height: Math.ceil(height * scale - 1e-9) };
}

/** Of a picture with this EXIF orientation, once it is upright. */
export function uprightSize({ width, height }: Size, orientation: number): Size {
  return orientation >= 5 ? { width: height, height: width } : { width, height };
}

export type Matrix = [number, number, number, number, number, number];

/** Where the pixels go, as stored, to stand upright in a box of this size. As for a canvas's `transform`. */
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
