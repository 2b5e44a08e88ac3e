import type { Size } from "@/lib/generation";
import { MAX_PICTURE_BYTES } from "@/lib/models/limits";
import { type Area, fitInside, isTooLong, uprightSize, wholeOf } from "./fit";
import { mimeType, type PictureFormat } from "./format";
import { type Inspected, inspect, refuseSize } from "./inspect";
import { stripMetadata } from "./metadata";
import { shortenName } from "./name";
import type { Note } from "./note";

/** The required result: at most `longSide` long, and `background`, six hex digits, behind transparent areas. */
export type Wish = { longSide: number; background: string };

/** A picture that fits the model. `file` is sent, `thumbnail` is small, and `notes` say what was changed. */
export type Prepared = Size & {
  file: File;
  thumbnail: Blob;
  notes: readonly Note[];
  /** Whether some areas are transparent, so that the background is visible. */
  isSeeThrough: boolean;
};

/** Decodes and draws: a browser's canvas, or the server's libraries. */
export type Painter<Decoded extends Size> = {
  decode(inspected: Inspected): Promise<Decoded>;
  draw(decoded: Decoded, inspected: Inspected, area: Area, size: Size): Promise<Drawing>;
};

/** A part of a picture in plain sRGB, upright and in the required size. */
export type Drawing = {
  isSeeThrough: boolean;
  /** Encodes the drawing on the background. */
  encode(type: "image/png" | "image/jpeg", quality: number, background: string): Promise<Blob>;
};

/** An open picture. `size` is its size when upright. */
export type Opened<Decoded extends Size> = {
  painter: Painter<Decoded>;
  inspected: Inspected;
  decoded: Decoded;
  size: Size;
};

/** Throws `Refusal` if the model cannot use the picture. */
export async function openPicture<Decoded extends Size>(
  file: File,
  painter: Painter<Decoded>,
): Promise<Opened<Decoded>> {
  const inspected = await inspect(file);
  const decoded = await painter.decode(inspected);
  // The header may state another size than the decoded picture has.
  refuseSize(decoded);
  return {
    painter,
    inspected,
    decoded,
    size: uprightSize(decoded, inspected.metadata.orientation),
  };
}

const THUMBNAIL_LONG_SIDE = 512;

/**
 * Returns the file to send: the original without metadata, or one that is changed as little as the model's limits
 * allow.
 */
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
  // Colours under transparent areas are not sent either, so a picture that may have some is drawn to find out.
  const drawing = mayKeep && !inspected.header.mayShowThrough ? undefined : await draw(fit);
  const isSeeThrough = drawing?.isSeeThrough ?? false;
  const isKept = mayKeep && !isSeeThrough;
  const blob =
    isKept || !drawing
      ? new Blob([bytes], { type: mimeType(format) })
      : await withoutProfile(
          await encode(drawing, isSeeThrough || isDrawing(inspected), background),
        );
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

/** Returns a preview of a picture that is too long, so that the visitor can choose a part. */
export async function toPreview<Decoded extends Size>(
  { painter, inspected, decoded, size }: Opened<Decoded>,
  { background }: Wish,
): Promise<Blob | undefined> {
  if (!isTooLong(size)) return undefined;
  const fit = fitInside(size, PREVIEW_LONG_SIDE);
  const drawing = await painter.draw(decoded, inspected, wholeOf(size), fit);
  return encode(drawing, false, background);
}

/** Encodes as PNG if `isExact` and the result fits the model, else as JPEG. */
async function encode(drawing: Drawing, isExact: boolean, background: string): Promise<Blob> {
  if (isExact) {
    const png = await drawing.encode("image/png", 1, background);
    if (png.size <= MAX_PICTURE_BYTES) return png;
  }
  const jpeg = await drawing.encode("image/jpeg", 0.93, background);
  if (jpeg.size <= MAX_PICTURE_BYTES) return jpeg;
  // Even pure noise at the largest size stays below the limit.
  return drawing.encode("image/jpeg", 0.7, background);
}

/** Some browsers add a profile of sRGB, which says nothing new. */
async function withoutProfile(blob: Blob): Promise<Blob> {
  const format = blob.type === "image/png" ? "png" : "jpeg";
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return new Blob([stripMetadata(format, bytes, { keepsProfile: false })], { type: blob.type });
}

// JPEG would blur the sharp edges of drawings and screenshots. A drawing that is this large is treated as a photograph.
function isDrawing({ format, bytes }: Inspected): boolean {
  return /png|gif|bmp/.test(format) && bytes.length <= MAX_PICTURE_BYTES;
}

/** The formats that the model reads. */
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

// Gives a file the extension of its bytes, because the model would otherwise rely on a wrong one.
function named(blob: Blob, name: string): File {
  const ending = { "image/jpeg": "jpg", "image/png": "png" }[blob.type] ?? "webp";
  const base = name.replace(/\.\w+$/, "");
  return new File([blob], shortenName(`${base}.${ending}`), { type: blob.type });
}
