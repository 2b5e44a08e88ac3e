import { concat, indexOfText, textAt, viewOf } from "./bytes";
import type { PictureFormat } from "./format";
import { readItem, readProperties } from "./heif";
import { type Part, splitParts } from "./parts";

export type Metadata = {
  /** The EXIF orientation. 1 means that the picture is upright as stored. */
  orientation: number;
  hasLocation: boolean;
  hasCamera: boolean;
};

/**
 * Reads what a file contains beside its pixels. The orientation of HEIC and AVIF is omitted, because decoding applies
 * it.
 */
export function readMetadata(format: PictureFormat, bytes: Uint8Array): Metadata {
  const { orientation, hasLocation, hasCamera } = readExif(format, bytes);
  const isTurnedByDecoder = format === "avif" || format === "heic";
  return {
    orientation: isTurnedByDecoder ? 1 : orientation,
    hasLocation: hasLocation || findXmp(format, bytes).some(namesPlace),
    hasCamera,
  };
}

/**
 * Returns the same pixels without place, camera and owner. Of the colour information, only a profile stays, if it is
 * needed.
 */
export function stripMetadata(
  format: PictureFormat,
  bytes: Uint8Array,
  { keepsProfile }: { keepsProfile: boolean },
): Uint8Array<ArrayBuffer> {
  const kept = (isKept: (part: Part) => boolean) =>
    splitParts(format, bytes)
      .filter(isKept)
      .map(({ start, end }) => bytes.subarray(start, end));
  switch (format) {
    case "jpeg":
      return concat([
        bytes.subarray(0, 2),
        ...kept((part) => isKeptSegment(bytes, part, keepsProfile)),
      ]);
    case "png":
      return concat([
        bytes.subarray(0, 8),
        ...kept(({ name }) => keptChunks.test(name) || (keepsProfile && name === "iCCP")),
      ]);
    case "webp":
      return toWebp(
        bytes,
        kept(({ name }) => !/^(EXIF|XMP )$/.test(name) && (keepsProfile || name !== "ICCP")),
        keepsProfile,
      );
    case "avif":
      return keepsProfile ? new Uint8Array(bytes) : withoutCodes(bytes);
    default:
      return new Uint8Array(bytes);
  }
}

// Keeps the application segments that change how the pixels are read: JFIF, the colour profile, and Adobe's CMYK.
// `splitParts` has already dropped what follows the picture's end, such as a depth map or a short film.
function isKeptSegment(bytes: Uint8Array, { name, body }: Part, keepsProfile: boolean): boolean {
  if (name === "e0") return textAt(bytes, body, 4) === "JFIF";
  if (name === "e2") return keepsProfile && textAt(bytes, body, 11) === "ICC_PROFILE";
  if (name === "ee") return textAt(bytes, body, 5) === "Adobe";
  return !/^(e.|fe)$/.test(name);
}

const keptChunks = /^([A-Z]...|tRNS|sBIT|pHYs|acTL|fcTL|fdAT)$/;

const WEBP_HAS_EXIF_OR_XMP = 0x08 | 0x04;
const WEBP_HAS_PROFILE = 0x20;

function toWebp(
  bytes: Uint8Array,
  chunks: readonly Uint8Array[],
  keepsProfile: boolean,
): Uint8Array<ArrayBuffer> {
  const padded = chunks.flatMap((chunk) =>
    chunk.length % 2 ? [chunk, new Uint8Array(1)] : [chunk],
  );
  const whole = concat([bytes.subarray(0, 12), ...padded]);
  viewOf(whole).setUint32(4, whole.length - 8, true);
  const gone = WEBP_HAS_EXIF_OR_XMP | (keepsProfile ? 0 : WEBP_HAS_PROFILE);
  if (textAt(whole, 12, 4) === "VP8X") whole[20] = (whole[20] ?? 0) & ~gone;
  return whole;
}

const [BT709, SRGB] = [1, 13];

// A decoder then hands out the numbers as they are stored, whatever it would make of their codes.
function withoutCodes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  for (const { name, body } of readProperties(bytes)) {
    if (name !== "colr" || textAt(bytes, body, 4) !== "nclx") continue;
    viewOf(copy).setUint16(body + 4, BT709);
    viewOf(copy).setUint16(body + 6, SRGB);
  }
  return copy;
}

const uprightAndNowhere: Metadata = { orientation: 1, hasLocation: false, hasCamera: false };

// A picture is no worse for what is damaged in its EXIF.
function readExif(format: PictureFormat, bytes: Uint8Array): Metadata {
  try {
    const exif = findExif(format, bytes);
    return exif ? { ...readTags(exif), hasCamera: true } : uprightAndNowhere;
  } catch (error) {
    if (error instanceof RangeError) return uprightAndNowhere;
    throw error;
  }
}

const EXIF_MARK = "Exif\0\0";

function findExif(format: PictureFormat, bytes: Uint8Array): Uint8Array | undefined {
  if (format === "avif" || format === "heic") {
    const item = readItem(bytes, "Exif");
    // It begins with how far away EXIF's own header is.
    return item && item.length > 4 ? item.subarray(4 + viewOf(item).getUint32(0)) : undefined;
  }
  for (const { name, body, end } of splitParts(format, bytes)) {
    const isMarked = textAt(bytes, body, EXIF_MARK.length) === EXIF_MARK;
    if (name === "eXIf" || name === "EXIF" || (name === "e1" && isMarked))
      return bytes.subarray(body + (isMarked ? EXIF_MARK.length : 0), end);
  }
}

function findXmp(format: PictureFormat, bytes: Uint8Array): Uint8Array[] {
  return splitParts(format, bytes)
    .filter(({ name }) => name === "e1" || name === "XMP " || name === "iTXt")
    .map(({ body, end }) => bytes.subarray(body, end));
}

function namesPlace(xmp: Uint8Array): boolean {
  return indexOfText(xmp, "GPSLatitude") >= 0;
}

const ORIENTATION = 0x0112;
const SHORT = 3;
const GPS = 0x8825;

/** Of the first directory of EXIF's tags. */
function readTags(tiff: Uint8Array): Metadata {
  const view = viewOf(tiff);
  const isLittle = textAt(tiff, 0, 2) === "II";
  if (tiff.length < 8 || view.getUint16(2, isLittle) !== 42) return uprightAndNowhere;
  const directory = view.getUint32(4, isLittle);
  if (directory + 2 > tiff.length) return uprightAndNowhere;

  const found = { ...uprightAndNowhere };
  const count = view.getUint16(directory, isLittle);
  for (let index = 0; index < count; index++) {
    const entry = directory + 2 + 12 * index;
    if (entry + 12 > tiff.length) break;
    const tag = view.getUint16(entry, isLittle);
    if (tag === GPS) found.hasLocation = true;
    const value = view.getUint16(entry + 8, isLittle);
    // Browsers turn nothing for a number that is stored in another way, as LONG.
    const isShort =
      view.getUint16(entry + 2, isLittle) === SHORT && view.getUint32(entry + 4, isLittle) === 1;
    if (tag === ORIENTATION && isShort && value >= 1 && value <= 8) found.orientation = value;
  }
  return found;
}
