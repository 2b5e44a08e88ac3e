import sharp from "sharp";
import type { Picture } from "./picture.ts";

/**
 * Extends the picture beyond its edges, for a camera that pulls back from a first frame that shows all of it. A mirror
 * image joins without a seam, but viewers notice the repetition at once, so it blurs with distance.
 */
export async function surround(picture: Picture, x: number, y: number): Promise<Picture> {
  const raw = { width: picture.width, height: picture.height, channels: 3 as const };
  const mirrored = sharp(picture.rgb, { raw }).extend({
    left: x,
    right: x,
    top: y,
    bottom: y,
    extendWith: "mirror",
  });
  const rgb = await mirrored.raw().toBuffer();
  const wide = { rgb, width: picture.width + 2 * x, height: picture.height + 2 * y };
  const depth = Math.max(x, y);
  if (depth < 8) return wide;

  const soft = await sharp(rgb, { raw: { ...raw, width: wide.width, height: wide.height } })
    .blur(depth / 7)
    .raw()
    .toBuffer();
  mixOutside(wide, soft, { x, y, depth });
  return wide;
}

function mixOutside(
  { rgb, width, height }: Picture,
  soft: Uint8Array,
  { x, y, depth }: { x: number; y: number; depth: number },
) {
  for (let row = 0; row < height; row++) {
    const above = Math.max(y - row, row - (height - 1 - y), 0);
    for (let column = 0; column < width; column++) {
      if (above === 0 && column === x) column = width - x;
      const aside = Math.max(x - column, column - (width - 1 - x), 0);
      const weight = Math.min(1, Math.max(above, aside) / (depth * 0.6));
      const at = 3 * (row * width + column);
      for (let channel = at; channel < at + 3; channel++) {
        const sharpened = rgb[channel] ?? 0;
        rgb[channel] = sharpened + ((soft[channel] ?? 0) - sharpened) * weight;
      }
    }
  }
}
