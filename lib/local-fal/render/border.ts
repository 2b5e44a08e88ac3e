import sharp from "sharp";
import type { Picture } from "./picture.ts";

/** How many pixels a sampler may read beyond the picture: the neighbours of the last pixels, and what rounding adds. */
export const border = { x: 4, y: 4 };

/** Repeats the outermost pixels, so that the sampler has neighbours for them. No frame shows the border. */
export async function addBorder({ rgb, width, height }: Picture): Promise<Picture> {
  const { x, y } = border;
  const extended = await sharp(rgb, { raw: { width, height, channels: 3 } })
    .extend({ left: x, right: x, top: y, bottom: y, extendWith: "copy" })
    .raw()
    .toBuffer();
  return { rgb: extended, width: width + 2 * x, height: height + 2 * y };
}
