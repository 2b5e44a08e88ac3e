import { textAt, viewOf } from "@/lib/picture/bytes";
import type { PictureFormat } from "@/lib/picture/format";

/** One block of a file, from `start` to `end`; its own content begins at `body`. */
export type Part = { name: string; start: number; body: number; end: number };

/** The blocks that a file is made of, up to where it ends or stops making sense. */
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

/** Named by their markers, as "e1"; the compressed pixels belong to the "da" before them. */
function* jpegSegments(bytes: Uint8Array): Iterable<Part> {
  const view = viewOf(bytes);
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === 0xd9) break;
    const header = at + 2 + view.getUint16(at + 2);
    const end = marker === 0xda ? endOfScan(bytes, header) : header;
    yield { name: marker.toString(16), start: at, body: at + 4, end };
    at = end;
  }
  if (bytes[at] === 0xff && bytes[at + 1] === 0xd9)
    yield { name: "d9", start: at, body: at + 2, end: at + 2 };
}

// Within a scan, 0xff is followed by zero, or by a restart marker.
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
    const end = at + 8 + size + (size % 2);
    yield { name: textAt(bytes, at, 4), start: at, body: at + 8, end };
    at = end;
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
    // Past the closing zero, or past the end of a file that is cut off.
    end += 1;
    yield { name, start: at, body, end };
    at = end;
  }
}

function colorTableBytes(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}

/** The boxes of the family of MP4: AVIF and HEIC. */
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

/** Whether the file has its end. Browsers draw a picture that is cut off, with a grey rest; models refuse it. */
export function isComplete(format: PictureFormat, bytes: Uint8Array): boolean {
  const parts = [...walk(format, bytes)];
  const last = parts.at(-1);
  switch (format) {
    case "jpeg":
      return parts.some(({ name }) => name === "da") && last?.name === "d9";
    case "png":
      return last?.name === "IEND" && last.end <= bytes.length;
    case "webp":
      return viewOf(bytes).getUint32(4, true) + 8 <= bytes.length;
    case "gif":
      // Only the first frame is wanted.
      return parts.some(({ name, end }) => name === "," && end <= bytes.length);
    case "avif":
    case "heic":
      return last !== undefined && last.end <= bytes.length;
    case "bmp":
      return viewOf(bytes).getUint32(2, true) <= bytes.length;
    case "svg":
      return true;
  }
}
