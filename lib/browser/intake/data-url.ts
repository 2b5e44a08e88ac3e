import type { ProblemCode } from "@/lib/problems";

// As much as this server fetches from an address.
const MAX_LETTERS = 70_000_000;
const PERCENT = 0x25;

export function isDataPicture(text: string): boolean {
  return /^\s*data:image\//i.test(text.slice(0, 100));
}

/** The picture that an address holds in itself, or why it holds none. */
export function readDataUrl(address: string): File | ProblemCode {
  const comma = address.indexOf(",");
  if (comma < 0) return "picture_unreadable";
  if (address.length > MAX_LETTERS) return "picture_too_heavy";
  const [type = "", ...rest] = address.slice("data:".length, comma).split(";");
  const isBase64 = rest.some((one) => one.trim().toLowerCase() === "base64");
  try {
    const data = unescapeBytes(address.slice(comma + 1));
    const bytes = isBase64 ? fromBase64(new TextDecoder().decode(data)) : data;
    const ending = /^image\/(\w+)/.exec(type)?.[1]?.toLowerCase() ?? "png";
    return new File([bytes], `picture.${ending === "jpeg" ? "jpg" : ending}`, { type });
  } catch {
    // A letter that is none of base64, or half of an escape.
    return "picture_unreadable";
  }
}

/** As bytes and not as text, because the bytes of a picture are seldom text. */
function unescapeBytes(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(text);
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    let byte = bytes[at] ?? 0;
    if (byte === PERCENT) {
      byte = fromHex(bytes[at + 1]) * 16 + fromHex(bytes[at + 2]);
      at += 2;
    }
    bytes[length++] = byte;
  }
  return bytes.subarray(0, length);
}

function fromHex(code = 0): number {
  const digit = String.fromCharCode(code);
  if (!/[0-9a-f]/i.test(digit)) throw new Error("not an escape");
  return Number.parseInt(digit, 16);
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const letters = atob(text.replaceAll(/\s/g, "").replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
}
