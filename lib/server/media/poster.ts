import "server-only";
import { writeFile } from "node:fs/promises";
import sharp, { type Sharp } from "sharp";
import {
  DECODED_WITHIN_SECONDS,
  DecodingBusyError,
  decodeInTurn,
  MAX_DECODED_PIXELS,
} from "./decode-in-turn";

const LONG_SIDE = 1920;
/** Three times the width of a video in the library, for the sharpest screens. */
const THUMBNAIL_LONG_SIDE = 512;
// The cache of libvips is useless here, because it never sees the same picture twice.
sharp.cache(false);

const formats = new Set(["jpeg", "png", "webp", "gif", "heif", "avif", "tiff"]);

/** The picture is unusable, and the server is not to blame. */
export class PictureUnusableError extends Error {
  override name = "PictureUnusableError";
}

/** Writes an upright JPEG without metadata. Throws a `PictureUnusableError` for what isn't a picture. */
export async function makePoster(
  source: Uint8Array | string,
  output: string,
): Promise<{ width: number; height: number }> {
  const { data, info } = await decodeInTurn(() => draw(source)).catch(refuse);
  await writeFile(output, data);
  return { width: info.width, height: info.height };
}

/** Writes a small JPEG of a poster. */
export async function makeThumbnail(poster: string, output: string): Promise<void> {
  const small = fitInside(sharp(poster), THUMBNAIL_LONG_SIDE).jpeg({ quality: 80, mozjpeg: true });
  await decodeInTurn(() => small.timeout({ seconds: DECODED_WITHIN_SECONDS }).toFile(output));
}

async function draw(source: Uint8Array | string) {
  // By default sharp reads the first picture of an animation.
  const picture = sharp(source, {
    ...{ failOn: "error", limitInputPixels: MAX_DECODED_PIXELS, sequentialRead: true },
  }).timeout({ seconds: DECODED_WITHIN_SECONDS });
  await requirePicture(picture);
  return (
    fitInside(picture.autoOrient(), LONG_SIDE)
      // The studio sends opaque pictures. Other pictures get a white background, as in the local fal.
      .flatten({ background: "white" })
      .toColourspace("srgb")
      .jpeg({ quality: 86, mozjpeg: true })
      .toBuffer({ resolveWithObject: true })
  );
}

function fitInside(picture: Sharp, longSide: number): Sharp {
  const options = { fit: "inside", withoutEnlargement: true } as const;
  return picture.resize({ width: longSide, height: longSide, ...options });
}

// By format, because sharp would also draw an SVG, and that is a program rather than a picture.
async function requirePicture(picture: Sharp) {
  const { format } = await picture.metadata();
  if (!formats.has(format)) throw new Error(`Not a picture: ${format}`);
}

function refuse(cause: unknown): never {
  if (cause instanceof DecodingBusyError) throw cause;
  throw new PictureUnusableError("The picture can't be read.", { cause });
}
