export type PictureFormat = "jpeg" | "png" | "webp" | "gif" | "avif" | "svg";

/** What the bytes are, whatever the file's name says. */
export function readFormat(bytes: Uint8Array): PictureFormat | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, 512));
  if (head.startsWith("\xff\xd8\xff")) return "jpeg";
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return "png";
  if (head.startsWith("RIFF") && head.startsWith("WEBP", 8)) return "webp";
  if (head.startsWith("GIF8")) return "gif";
  if (/^ftypavi[fs]/.test(head.slice(4))) return "avif";
  if (
    /^(\xef\xbb\xbf)?\s*(<\?xml|<!--|<!doctype svg|<svg)/i.test(head) &&
    /<svg|<\?xml/i.test(head)
  )
    return "svg";
}

/** Whether the file has its end. Browsers draw a picture that is cut off, with a grey rest; models refuse it. */
export function isComplete(format: PictureFormat, bytes: Uint8Array): boolean {
  switch (format) {
    case "jpeg":
      return hasJpegEnd(bytes);
    case "png":
      return indexOfBytes(bytes, [0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82], 8) > 0; // IEND and its checksum
    case "webp":
      return new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true) + 8 <= bytes.length;
    default:
      return true;
  }
}

// The end marker counts only after the start of scan: an EXIF thumbnail before it has an end of its own.
function hasJpegEnd(bytes: Uint8Array): boolean {
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xda) return indexOfBytes(bytes, [0xff, 0xd9], at) > 0;
    at += marker === 0xff ? 1 : 2 + ((bytes[at + 2] ?? 0) << 8) + (bytes[at + 3] ?? 0);
  }
  return false;
}

function indexOfBytes(bytes: Uint8Array, wanted: readonly number[], from: number): number {
  const [first = 0] = wanted;
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (wanted.every((byte, index) => bytes[at + index] === byte)) return at;
  }
  return -1;
}
