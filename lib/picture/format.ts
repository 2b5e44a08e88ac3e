import { textAt } from "./bytes";

export type PictureFormat = "jpeg" | "png" | "webp" | "gif" | "avif" | "heic" | "bmp" | "svg";

/** How many bytes from the start `readFormat` wants to see. */
export const HEAD_BYTES = 512;

/** What the bytes are, whatever the file's name says. */
export function readFormat(bytes: Uint8Array): PictureFormat | undefined {
  const head = textAt(bytes, 0, HEAD_BYTES);
  if (head.startsWith("\xff\xd8\xff")) return "jpeg";
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return "png";
  if (head.startsWith("RIFF") && head.startsWith("WEBP", 8)) return "webp";
  if (/^GIF8[79]a/.test(head)) return "gif";
  if (head.startsWith("ftyp", 4)) return readBrands(head);
  // Its header's own length follows, in four bytes: two letters alone could begin any text.
  if (head.startsWith("BM") && bmpHeaderBytes.includes(head.charCodeAt(14)) && !head.charCodeAt(15))
    return "bmp";
  if (
    /^(\xef\xbb\xbf)?\s*(<\?xml|<!--|<!doctype svg|<svg)/i.test(head) &&
    /<svg|<\?xml/i.test(head)
  )
    return "svg";
}

const bmpHeaderBytes = [12, 40, 52, 56, 64, 108, 124];

// The main brand may be the general "mif1"; those that it is compatible with tell what is inside.
function readBrands(head: string): PictureFormat | undefined {
  const end = head.charCodeAt(2) * 256 + head.charCodeAt(3);
  const brands = head.slice(8, end).match(/[\s\S]{4}/g) ?? [];
  if (brands.some((brand) => brand === "avif" || brand === "avis")) return "avif";
  if (brands.some((brand) => /^(hei[cxms]|hev[cx]|mif1|msf1)$/.test(brand))) return "heic";
}
