import type { Size } from "@/lib/generation";
import { MAX_PICTURE_BYTES } from "@/lib/models/limits";
import { type Area, fitInside, isTooLong, uprightSize, wholeOf } from "./fit";
import { mimeType, type PictureFormat } from "./format";
import { type Inspected, inspect, refuseSize } from "./inspect";
import { shortenName } from "./name";
import type { Note } from "./note";

/** How a picture is wanted: at most `longSide` long, and what shows through it on a `background` of six hex digits. */
export type Wish = { longSide: number; background: string };

/** A picture that fits the model: `file` is what is sent, `thumbnail` is small, `notes` say what was changed on the way. */
export type Prepared = Size & {
  file: File;
  thumbnail: Blob;
  notes: readonly Note[];
  /** Whether some of it was see-through, so that the background shows. */
  isSeeThrough: boolean;
};

/** What decodes and draws: a browser's canvas, or the server's libraries. */
export type Painter<Decoded extends Size> = {
  decode(inspected: Inspected): Promise<Decoded>;
  draw(decoded: Decoded, inspected: Inspected, area: Area, size: Size): Promise<Drawing>;
};

/** A part of a picture in plain sRGB, upright and in the size that is wanted. */
export type Drawing = {
  isSeeThrough: boolean;
  /** On the background. */
  encode(type: "image/png" | "image/jpeg", quality: number, background: string): Promise<Blob>;
};

/** A picture that is open, upright in `size`. */
export type Opened<Decoded extends Size> = {
  painter: Painter<Decoded>;
  inspected: Inspected;
  decoded: Decoded;
  size: Size;
};

/** Throws `Refusal` when the model can't use the picture. */
export async function openPicture<Decoded extends Size>(
  file: File,
  painter: Painter<Decoded>,
): Promise<Opened<Decoded>> {
  const inspected = await inspect(file);
  const decoded = await painter.decode(inspected);
  // Its header may have told of more than is shown.
  refuseSize(decoded);
  return {
    painter,
    inspected,
    decoded,
    size: uprightSize(decoded, inspected.metadata.orientation),
  };
}

const THUMBNAIL_LONG_SIDE = 512;

/** What is sent of it: the file as it is, but for its metadata, or as little changed as the model's limits allow. */
export async function toPicture<Decoded extends Size>(
  { painter, inspected, decoded, size }: Opened<Decoded>,
  { longSide, background }: Wish,
  part?: Area,
): Promise<Prepared> {
  const { format, bytes, metadata, name } = inspected;
  const area = part ?? wholeOf(size);
  const fit = fitInside(area, longSide);
  const draw = (to: Size) => painter.draw(decoded, inspected, area, to);
  const mayKeep = !part && fit.width === size.width && canKeepBytes(inspected);
  // What was hidden under the see-through is not sent either.
  const drawing = mayKeep && !inspected.header.mayShowThrough ? undefined : await draw(fit);
  const isSeeThrough = drawing?.isSeeThrough ?? false;
  const isKept = mayKeep && !isSeeThrough;
  const blob =
    isKept || !drawing
      ? new Blob([bytes], { type: mimeType(format) })
      : await encode(drawing, isSeeThrough || isDrawing(inspected), background);
  const thumbnail = await draw(fitInside(fit, THUMBNAIL_LONG_SIDE));
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
    thumbnail: await encode(thumbnail, false, background),
    ...fit,
    notes: notes.filter((note) => note !== undefined && note !== false),
    isSeeThrough,
  };
}

const PREVIEW_LONG_SIDE = 1600;

/** Of a picture that is too long: what to choose a part from. */
export async function toPreview<Decoded extends Size>(
  { painter, inspected, decoded, size }: Opened<Decoded>,
  { background }: Wish,
): Promise<Blob | undefined> {
  if (!isTooLong(size)) return undefined;
  const fit = fitInside(size, PREVIEW_LONG_SIDE);
  const drawing = await painter.draw(decoded, inspected, wholeOf(size), fit);
  return encode(drawing, false, background);
}

/** As PNG when `isExact`, as long as that fits the model; else as JPEG. */
async function encode(drawing: Drawing, isExact: boolean, background: string): Promise<Blob> {
  if (isExact) {
    const png = await drawing.encode("image/png", 1, background);
    if (png.size <= MAX_PICTURE_BYTES) return png;
  }
  const jpeg = await drawing.encode("image/jpeg", 0.93, background);
  if (jpeg.size <= MAX_PICTURE_BYTES) return jpeg;
  // Pure noise at the largest size that is sent still comes to less than the limit.
  return drawing.encode("image/jpeg", 0.7, background);
}

// Of drawings and screenshots, JPEG would smear the sharp edges. One that is this heavy is a photograph.
function isDrawing({ format, bytes }: Inspected): boolean {
  return /png|gif|bmp/.test(format) && bytes.length <= MAX_PICTURE_BYTES;
}

/** What the model reads. */
const modelFormats = new Set<PictureFormat>(["jpeg", "png", "webp"]);

function canKeepBytes({ format, bytes, header, metadata, color }: Inspected): boolean {
  return (
    modelFormats.has(format) &&
    bytes.length <= MAX_PICTURE_BYTES &&
    color.kind === "plain" &&
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
