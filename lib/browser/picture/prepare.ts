import type { Size } from "@/lib/generation";
import { MAX_PICTURE_BYTES } from "@/lib/models/limits";
import type { PictureFormat } from "@/lib/picture/format";
import { decode, mimeType } from "./decode";
import { draw, encode } from "./draw";
import { type Area, fitInside, isTooLong, MAX_LONG_SIDE, uprightSize, wholeOf } from "./fit";
import { type Inspected, inspect, refuseSize } from "./inspect";

/** A picture that fits the model: `file` is what is sent, `notes` say what was changed on the way. */
export type Picture = { file: File; width: number; height: number; notes: readonly string[] };

/** A picture that is open, upright in `size`. */
export type Opened = { inspected: Inspected; bitmap: ImageBitmap; size: Size };

/** Throws `Refusal` when the model can't use the picture. */
export async function openPicture(file: File): Promise<Opened> {
  const inspected = await inspect(file);
  const bitmap = await decode(inspected);
  // Its header may have told of more than is shown.
  refuseSize(bitmap);
  return { inspected, bitmap, size: uprightSize(bitmap, inspected.metadata.orientation) };
}

/** What is sent of it: the file as it is, but for its metadata, or as little changed as the model's limits allow. */
export async function toPicture(
  { inspected, bitmap, size }: Opened,
  part?: Area,
): Promise<Picture> {
  const { format, bytes, metadata, name } = inspected;
  const area = part ?? wholeOf(size);
  const fit = fitInside(area, MAX_LONG_SIDE);
  const isAsStored = !part && fit.width === size.width && canKeepBytes(inspected);
  const blob = isAsStored
    ? new Blob([bytes], { type: mimeType(format) })
    : await encode(draw(bitmap, metadata.orientation, area, fit), isDrawing(inspected));
  const notes = [
    metadata.orientation !== 1 && "Turned upright",
    part && `Cropped from ${size.width} × ${size.height}`,
    fit.width < area.width && `Made smaller, from ${area.width} × ${area.height}`,
    noteFormat(inspected, blob.type),
    noteMetadata(inspected),
  ].filter((note) => typeof note === "string");
  return { file: named(blob, name), ...fit, notes };
}

const PREVIEW_LONG_SIDE = 1600;

/** Of a picture that is too long: what to choose a part from. */
export function toPreview({ inspected, bitmap, size }: Opened): Promise<Blob> | undefined {
  if (!isTooLong(size)) return undefined;
  const fit = fitInside(size, PREVIEW_LONG_SIDE);
  return encode(draw(bitmap, inspected.metadata.orientation, wholeOf(size), fit), false);
}

// Of drawings and screenshots, JPEG would smear the sharp edges. One that is this heavy is a photograph.
function isDrawing({ format, bytes }: Inspected): boolean {
  return /png|gif|bmp/.test(format) && bytes.length <= MAX_PICTURE_BYTES;
}

/** What the model reads. */
const modelFormats = new Set<PictureFormat>(["jpeg", "png", "webp"]);

function canKeepBytes({ format, bytes, header, metadata }: Inspected): boolean {
  return (
    modelFormats.has(format) &&
    bytes.length <= MAX_PICTURE_BYTES &&
    metadata.orientation === 1 &&
    !header.isAnimated &&
    !header.isUnusual
  );
}

function noteFormat({ format, header }: Inspected, type: string): string | false {
  const target = type === "image/png" ? "PNG" : "JPEG";
  const name = format === "webp" ? "WebP" : format.toUpperCase();
  if (header.isAnimated) return `Only the ${name}'s first frame is sent, as ${target}`;
  if (!modelFormats.has(format)) return `Sent as ${target}: ${name} is not on the model's list`;
  if (header.isUnusual) return format === "jpeg" ? "Made RGB from CMYK" : "Made 8-bit from 16-bit";
  return format === "png" && target === "JPEG" && "Sent as JPEG: as PNG it is over 20 MB";
}

function noteMetadata({ metadata }: Inspected): string | false {
  if (metadata.hasLocation) return "Location and camera data removed";
  return metadata.hasCamera && "Camera data removed";
}

// The ending that goes with the bytes: what a wrong one says would reach the model otherwise.
function named(blob: Blob, name: string): File {
  const ending = { "image/jpeg": "jpg", "image/png": "png" }[blob.type] ?? "webp";
  return new File([blob], `${name.replace(/\.\w+$/, "")}.${ending}`, { type: blob.type });
}
