import "server-only";
import { writeFile } from "node:fs/promises";
import sharp, { type Sharp } from "sharp";

const LONG_SIDE = 1920;
const MAX_PIXELS = 120_000_000;
const formats = new Set(["jpeg", "png", "webp", "gif", "heif", "avif", "tiff"]);

/** The picture is at fault, not the server. */
export class PictureUnusableError extends Error {
  override name = "PictureUnusableError";
}

/** Writes an upright JPEG without metadata. Throws a `PictureUnusableError` for what isn't a picture. */
export async function makePoster(
  source: Uint8Array | string,
  output: string,
): Promise<{ width: number; height: number }> {
  const { data, info } = await draw(source).catch(refuse);
  await writeFile(output, data);
  return { width: info.width, height: info.height };
}

async function draw(source: Uint8Array | string) {
  // Of an animation, sharp takes the first picture unless told otherwise.
  const picture = sharp(source, { failOn: "error", limitInputPixels: MAX_PIXELS });
  await requirePicture(picture);
  return picture
    .autoOrient()
    .resize({ width: LONG_SIDE, height: LONG_SIDE, fit: "inside", withoutEnlargement: true })
    .flatten({ background: "black" })
    .toColourspace("srgb")
    .jpeg({ quality: 86, mozjpeg: true })
    .toBuffer({ resolveWithObject: true });
}

// By format, because sharp would also draw an SVG, and that is a program rather than a picture.
async function requirePicture(picture: Sharp) {
  const { format } = await picture.metadata();
  if (!formats.has(format)) throw new Error(`Not a picture: ${format}`);
}

function refuse(cause: unknown): never {
  throw new PictureUnusableError("The picture can't be read.", { cause });
}
