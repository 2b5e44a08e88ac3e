import type { Size } from "@/lib/generation";
import { MAX_PICTURE_BYTES } from "@/lib/models/limits";
import type { PictureFormat } from "@/lib/picture/format";
import { shortenName } from "@/lib/picture/name";
import type { Note } from "@/lib/picture/note";
import { decode, type FetchPart, mimeType } from "./decode";
import { draw, encode } from "./draw";
import { type Area, fitInside, isTooLong, MAX_LONG_SIDE, uprightSize, wholeOf } from "./fit";
import { type Inspected, inspect, refuseSize } from "./inspect";

/**
 * A picture that fits the model: `file` is what is sent, `thumbnail` a data URL of it, and `notes` say what was changed
 * on the way.
 */
export type Picture = Size & { file: File; thumbnail: string; notes: readonly Note[] };

/** A picture that is open, upright in `size`. */
export type Opened = { inspected: Inspected; bitmap: ImageBitmap; size: Size };

/** Throws `Refusal` when the model can't use the picture. */
export async function openPicture(file: File, fetchPart: FetchPart): Promise<Opened> {
  const inspected = await inspect(file);
  const bitmap = await decode(inspected, fetchPart);
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
  const small = fitInside(fit, THUMBNAIL_LONG_SIDE);
  const thumbnail = draw(bitmap, metadata.orientation, area, small);
  const notes: (Note | false | undefined)[] = [
    metadata.orientation !== 1 && { code: "turned" },
    part && { code: "cropped", values: size },
    fit.width < area.width && {
      code: "smaller",
      values: { width: area.width, height: area.height },
    },
    noteFormat(inspected, blob.type),
    noteMetadata(inspected),
  ];
  return {
    file: named(blob, name),
    thumbnail: await toDataUrl(await encode(thumbnail, false)),
    ...fit,
    notes: notes.filter((note) => note !== undefined && note !== false),
  };
}

const THUMBNAIL_LONG_SIDE = 512;

// An address that holds over a reload, and that nobody has to let go of.
async function toDataUrl(blob: Blob): Promise<string> {
  const reader = new FileReader();
  return new Promise((resolve, reject) => {
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
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

function noteFormat({ format: kind, header }: Inspected, type: string): Note | false {
  const target = type === "image/png" ? "PNG" : "JPEG";
  const format = kind === "webp" ? "WebP" : kind.toUpperCase();
  if (header.isAnimated) return { code: "firstFrame", values: { format, target } };
  if (!modelFormats.has(kind)) return { code: "converted", values: { format, target } };
  if (header.isUnusual) return { code: kind === "jpeg" ? "rgb" : "eightBit" };
  return kind === "png" && target === "JPEG" && { code: "lighter" };
}

function noteMetadata({ metadata }: Inspected): Note | false {
  if (metadata.hasLocation) return { code: "location" };
  return metadata.hasCamera && { code: "camera" };
}

// The ending that goes with the bytes: what a wrong one says would reach the model otherwise.
function named(blob: Blob, name: string): File {
  const ending = { "image/jpeg": "jpg", "image/png": "png" }[blob.type] ?? "webp";
  const base = name.replace(/\.\w+$/, "");
  return new File([blob], shortenName(`${base}.${ending}`), { type: blob.type });
}
