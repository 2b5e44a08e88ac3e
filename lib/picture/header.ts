import type { Size } from "@/lib/generation";
import { textAt, viewOf } from "./bytes";
import type { PictureFormat } from "./format";
import { readLargestItem } from "./heif";
import { type Part, splitParts } from "./parts";

/** What the file says about itself, read without decoding a pixel. */
export type Header = Size & {
  isAnimated: boolean;
  /** CMYK or 16 bits per channel. Browsers show it, but some programs that read pictures do not. */
  isUnusual: boolean;
  /** Whether the format allows transparent pixels. */
  mayShowThrough: boolean;
};

/** Returns `undefined` if the file does not state its size, because it cannot be a picture then. */
export function readHeader(format: PictureFormat, bytes: Uint8Array): Header | undefined {
  const parts = splitParts(format, bytes);
  const size = readSize(format, bytes, parts);
  return (
    size && {
      ...size,
      isAnimated: isAnimated(format, bytes, parts),
      isUnusual: isUnusual(format, bytes, parts),
      mayShowThrough: mayShowThrough(format, bytes, parts),
    }
  );
}

function readSize(
  format: PictureFormat,
  bytes: Uint8Array,
  parts: readonly Part[],
): Size | undefined {
  const view = viewOf(bytes);
  switch (format) {
    case "jpeg": {
      const frame = parts.find(isStartOfFrame);
      if (!frame) return undefined;
      return { width: view.getUint16(frame.body + 3), height: view.getUint16(frame.body + 1) };
    }
    case "png": {
      const header = parts.find(({ name }) => name === "IHDR");
      if (!header) return undefined;
      const { body } = header;
      return { width: view.getUint32(body), height: view.getUint32(body + 4) };
    }
    case "webp":
      return readWebpSize(view, parts[0]);
    case "gif":
      return readGifSize(view, parts);
    case "avif":
    case "heic":
      return readLargestItem(bytes);
    case "bmp":
      if (view.getUint32(14, true) === 12)
        return { width: view.getUint16(18, true), height: view.getUint16(20, true) };
      return { width: view.getInt32(18, true), height: Math.abs(view.getInt32(22, true)) };
    case "svg":
      return undefined;
  }
}

// SOF0 to SOF15, except for the tables that use numbers of the same range.
function isStartOfFrame({ name }: Part): boolean {
  return /^c[0-35679abdef]$/.test(name);
}

function readWebpSize(view: DataView, part: Part | undefined): Size | undefined {
  if (!part) return undefined;
  const { name, body } = part;
  const uint24 = (at: number) => view.getUint16(at, true) + view.getUint8(at + 2) * 65_536;
  if (name === "VP8X") return { width: uint24(body + 4) + 1, height: uint24(body + 7) + 1 };
  if (name === "VP8 ")
    return {
      width: view.getUint16(body + 6, true) & 0x3fff,
      height: view.getUint16(body + 8, true) & 0x3fff,
    };
  if (name !== "VP8L") return undefined;
  const bits = view.getUint32(body + 1, true);
  return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
}

// Browsers enlarge the screen if the first frame is larger.
function readGifSize(view: DataView, parts: readonly Part[]): Size {
  const size = { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  const { start } = parts.find(({ name }) => name === ",") ?? {};
  if (start === undefined) return size;
  return {
    width: Math.max(size.width, view.getUint16(start + 5, true)),
    height: Math.max(size.height, view.getUint16(start + 7, true)),
  };
}

function isAnimated(format: PictureFormat, bytes: Uint8Array, parts: readonly Part[]): boolean {
  if (format === "gif") return parts.filter(({ name }) => name === ",").length > 1;
  if (format === "avif") return textAt(bytes, 8, 4) === "avis";
  return parts.some(({ name }) => name === "acTL" || name === "ANIM");
}

function isUnusual(format: PictureFormat, bytes: Uint8Array, parts: readonly Part[]): boolean {
  if (format === "jpeg")
    return parts.some((part) => isStartOfFrame(part) && bytes[part.body + 5] === 4);
  return (
    format === "png" && parts.some(({ name, body }) => name === "IHDR" && bytes[body + 8] === 16)
  );
}

function mayShowThrough(format: PictureFormat, bytes: Uint8Array, parts: readonly Part[]): boolean {
  switch (format) {
    case "jpeg":
      return false;
    case "png":
      return parts.some(
        ({ name, body }) =>
          name === "tRNS" || (name === "IHDR" && ((bytes[body + 9] ?? 0) & 4) > 0),
      );
    case "webp": {
      const [{ name, body } = { name: "", body: 0 }] = parts;
      if (name === "VP8L") return ((bytes[body + 4] ?? 0) & 0x10) > 0;
      return name === "VP8X" && ((bytes[body] ?? 0) & 0x10) > 0;
    }
    default:
      return true;
  }
}
