import sharp from "sharp";

const SIZE = { width: 48, height: 32 };

/**
 * Returns the mean difference of two pictures, from 0 to 255 per channel. Both are turned upright and may differ in
 * size.
 */
export async function difference(one: Buffer | string, other: Buffer | string): Promise<number> {
  const [a, b] = await Promise.all([shrink(one), shrink(other)]);
  return a.reduce((sum, value, at) => sum + Math.abs(value - (b[at] ?? 0)), 0) / a.length;
}

async function shrink(picture: Buffer | string): Promise<Buffer> {
  const upright = sharp(picture).autoOrient().flatten({ background: "white" });
  return upright
    .resize(SIZE.width, SIZE.height, { fit: "fill" })
    .toColourspace("srgb")
    .raw()
    .toBuffer();
}
