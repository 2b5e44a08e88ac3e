import type { Size } from "@/lib/generation";
import { MAX_ASPECT_RATIO, MAX_PICTURE_BYTES, SHORT_SIDE_FLOOR } from "@/lib/models/limits";
import { type Problem, type ProblemCode, problem } from "@/lib/problems";
import { isComplete, readFormat } from "./picture-format";

/** A picture that fits the model: `file` is what is sent, `notes` say what was changed on the way. */
export type Picture = { file: File; width: number; height: number; notes: readonly string[] };

/** A picture that can't be sent, and why. */
export class PictureRefused extends Error {
  override name = "PictureRefused";
  readonly problem: Problem;
  /** In pixels, when it could be decoded and so be shown. */
  readonly size?: Size;

  constructor(code: ProblemCode, size?: Size) {
    super(code);
    this.size = size;
    const detail = size && `It is ${size.width} × ${size.height}.`;
    this.problem = problem(code, { field: "image_url", detail });
  }
}

/** Checks a file against the model's limits before it costs anything. Throws `PictureRefused`. */
export async function readPicture(file: File): Promise<Picture> {
  if (file.size === 0) throw new PictureRefused("picture_empty");
  const bytes = new Uint8Array(await file.arrayBuffer());
  const format = readFormat(bytes);
  if (!format) throw new PictureRefused("picture_unreadable");
  if (format === "svg") throw new PictureRefused("picture_is_drawing");
  if (file.size > MAX_PICTURE_BYTES) throw new PictureRefused("picture_too_heavy");
  if (!isComplete(format, bytes)) throw new PictureRefused("picture_incomplete");

  // Decodes as the page would show it: turned upright by its EXIF orientation, first frame of an animation.
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new PictureRefused("picture_unreadable");
  });
  try {
    const { width, height } = bitmap;
    const size = { width, height };
    if (Math.min(width, height) <= SHORT_SIDE_FLOOR)
      throw new PictureRefused("picture_too_small", size);
    const ratio = Math.max(width, height) / Math.min(width, height);
    if (ratio > MAX_ASPECT_RATIO) throw new PictureRefused("picture_too_long", size);
    if (format !== "gif" && format !== "avif")
      return { file: named(file, format), width, height, notes: [] };

    const notes = [
      format === "gif"
        ? "Only the GIF's first frame is sent, as PNG"
        : "Sent as PNG: AVIF is not on the model's list",
    ];
    return { file: await toPng(bitmap, file.name), width, height, notes };
  } finally {
    bitmap.close();
  }
}

/** A picture that is kept on this server, as if it had been dropped. */
export async function fetchPicture(url: string): Promise<File> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the picture answered ${response.status}`);
  return new File([await response.blob()], "picture.jpg", { type: "image/jpeg" });
}

// The type that goes with the bytes: a wrong ending or an empty type would reach the model otherwise.
function named(file: File, format: string): File {
  const type = `image/${format}`;
  return file.type === type ? file : new File([file], file.name, { type });
}

async function toPng(bitmap: ImageBitmap, name: string): Promise<File> {
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
  const blob = await canvas.convertToBlob({ type: "image/png" });
  if (blob.size > MAX_PICTURE_BYTES) throw new PictureRefused("picture_too_heavy");
  return new File([blob], `${name.replace(/\.\w+$/, "")}.png`, { type: "image/png" });
}
