import { textAt } from "./bytes";

export type PictureFormat = "jpeg" | "png" | "webp" | "gif" | "avif" | "heic" | "bmp" | "svg";

/** How many bytes of a file's beginning `readFormat` needs. */
export const HEAD_BYTES = 512;

/** Recognises a picture's format by its bytes, whatever the file's name says. */
export function readFormat(bytes: Uint8Array): PictureFormat | undefined {
  const head = textAt(bytes, 0, HEAD_BYTES);
  if (head.startsWith("\xff\xd8\xff")) return "jpeg";
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return "png";
  if (head.startsWith("RIFF") && head.startsWith("WEBP", 8)) return "webp";
  if (/^GIF8[79]a/.test(head)) return "gif";
  if (head.startsWith("ftyp", 4)) return readBrands(head);
  // "BM" alone could begin any text, so the length of BMP's own header, in the four bytes that follow, is checked, too.
  if (head.startsWith("BM") && bmpHeaderBytes.includes(head.charCodeAt(14)) && !head.charCodeAt(15))
    return "bmp";
  if (
    /^(\xef\xbb\xbf)?\s*(<\?xml|<!--|<!doctype svg|<svg)/i.test(head) &&
    /<svg|<\?xml/i.test(head)
  )
    return "svg";
}

const bmpHeaderBytes = [12, 40, 52, 56, 64, 108, 124];

// The main brand may be the general "mif1". The compatible brands name the content.
function readBrands(head: string): PictureFormat | undefined {
  const end = head.charCodeAt(2) * 256 + head.charCodeAt(3);
  const brands = head.slice(8, end).match(/[\s\S]{4}/g) ?? [];
  if (brands.some((brand) => brand === "avif" || brand === "avis")) return "avif";
  if (brands.some((brand) => /^(hei[cxms]|hev[cx]|mif1|msf1)$/.test(brand))) return "heic";
}

export function mimeType(format: PictureFormat): string {
  return format === "svg" ? "image/svg+xml" : `image/${format}`;
}
