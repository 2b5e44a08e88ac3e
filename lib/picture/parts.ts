import { textAt, viewOf } from "./bytes";
import type { PictureFormat } from "./format";

/** One block of a file, from `start` to `end`. Its content starts at `body`. */
export type Part = { name: string; start: number; body: number; end: number };

/** Returns the blocks of a file, up to its end or to the first block that cannot be parsed. */
export function splitParts(format: PictureFormat, bytes: Uint8Array): Part[] {
  return [...walk(format, bytes)].filter(({ end }) => end <= bytes.length);
}

function walk(format: PictureFormat, bytes: Uint8Array): Iterable<Part> {
  switch (format) {
    case "jpeg":
      return jpegSegments(bytes);
    case "png":
      return pngChunks(bytes);
    case "webp":
      return webpChunks(bytes);
    case "gif":
      return gifBlocks(bytes);
    case "avif":
    case "heic":
      return boxes(bytes, 0, bytes.length);
    default:
      return [];
  }
}

/**
 * Each block has the name of its marker, such as "e1", and the compressed pixels belong to the "da" before them. Stray
 * bytes between segments are skipped, as decoders do.
 */
export function* jpegSegments(bytes: Uint8Array): Iterable<Part> {
  const view = viewOf(bytes);
  let hasPixels = false;
  for (let at = findMarker(bytes, 2); at >= 0 && at + 2 <= bytes.length; ) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xd9) {
      yield { name: "d9", start: at, body: at + 2, end: at + 2 };
      return;
    }
    // Another picture starts here: a thumbnail or a second view after a picture without an end mark.
    if (marker === 0xd8 && hasPixels) return;
    // These markers have no length.
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at = findMarker(bytes, at + 2);
      continue;
    }
    if (at + 4 > bytes.length) return;
    const header = at + 2 + view.getUint16(at + 2);
    const end = marker === 0xda ? endOfScan(bytes, header) : header;
    yield { name: marker.toString(16), start: at, body: at + 4, end };
    hasPixels ||= marker === 0xda;
    at = findMarker(bytes, Math.max(end, at + 2));
  }
}

function findMarker(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1] ?? 0;
    if (next !== 0 && next !== 0xff) return at;
  }
  return -1;
}

// Within a scan, a zero or a restart marker follows 0xff.
function endOfScan(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1] ?? 0;
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
  return bytes.length;
}

function* pngChunks(bytes: Uint8Array): Iterable<Part> {
  const view = viewOf(bytes);
  for (let at = 8; at + 12 <= bytes.length; ) {
    const name = textAt(bytes, at + 4, 4);
    const end = at + 12 + view.getUint32(at);
    yield { name, start: at, body: at + 8, end };
    if (name === "IEND") return;
    at = end;
  }
}

function* webpChunks(bytes: Uint8Array): Iterable<Part> {
  const view = viewOf(bytes);
  const whole = Math.min(view.getUint32(4, true) + 8, bytes.length);
  for (let at = 12; at + 8 <= whole; ) {
    const size = view.getUint32(at + 4, true);
    const end = at + 8 + size;
    // A chunk of odd length is padded, except the last one in some files.
    const padded = Math.min(end + (size % 2), Math.max(end, bytes.length));
    yield { name: textAt(bytes, at, 4), start: at, body: at + 8, end: padded };
    at = padded;
  }
}

/** "," is a frame, "!" an extension, ";" the end. */
function* gifBlocks(bytes: Uint8Array): Iterable<Part> {
  let at = 13 + colorTableBytes(bytes[10] ?? 0);
  while (at < bytes.length) {
    const name = textAt(bytes, at, 1);
    if (name !== "," && name !== "!") return;
    const body = name === "," ? at + 11 + colorTableBytes(bytes[at + 9] ?? 0) : at + 2;
    let end = body;
    while (bytes[end]) end += (bytes[end] ?? 0) + 1;
    // The position after the closing zero, or after the end of a file that is cut off.
    end += 1;
    yield { name, start: at, body, end };
    at = end;
  }
}

function colorTableBytes(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}

/** Returns the boxes of the MP4 family: AVIF and HEIC. */
export function* boxes(bytes: Uint8Array, from: number, to: number): Iterable<Part> {
  const view = viewOf(bytes);
  for (let at = from; at + 8 <= to; ) {
    const size = view.getUint32(at);
    const isLong = size === 1 && at + 16 <= to;
    const length = isLong ? Number(view.getBigUint64(at + 8)) : size || to - at;
    if (length < 8) return;
    yield {
      name: textAt(bytes, at + 4, 4),
      start: at,
      body: at + (isLong ? 16 : 8),
      end: at + length,
    };
    at += length;
  }
}
