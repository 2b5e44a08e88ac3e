import { captionOf } from "./messages/format.ts";

/** Leaves room for what browsers and systems add to a name, where 255 bytes is the most. */
const MOST_BYTES = 200;
const MOST_CHARACTERS = 48;

// Windows opens a device for these names, whatever their ending is.
const DEVICE = /^(con|prn|aux|nul|conin|conout|clock|(com|lpt)[0-9¹²³])$/i;

// A letter may be followed by its marks, and by the two signs that say whether it joins with the next one.
const WORD =
  /(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}]|[\u200c\u200d](?=[\p{L}\p{M}]))*/gu;

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** A name for a video: the words of its prompt in their own script, joined by hyphens, safe on every file system. */
export function toFileName(prompt: string, extension = "mp4"): string {
  const words = captionOf(prompt).toLowerCase().normalize("NFC").match(WORD) ?? [];
  return `${toStem(words.join("-"))}.${extension}`;
}

/** The same name in ASCII, for clients that read nothing else. */
export function toAsciiFileName(name: string): string {
  const dot = name.lastIndexOf(".");
  const stem = name.slice(0, dot).normalize("NFKD").replace(/\p{M}/gu, "");
  const words = stem.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return `${toStem(words.join("-"))}${name.slice(dot)}`;
}

function toStem(words: string): string {
  const stem = cut(words).replace(/-+$/, "") || "firstframe";
  return DEVICE.test(stem) ? `${stem}-video` : stem;
}

/** Never inside a character: what is left of one would be another, or none. */
function cut(text: string): string {
  const encoder = new TextEncoder();
  let kept = "";
  let [characters, bytes] = [0, 0];
  for (const { segment } of graphemes.segment(text)) {
    bytes += encoder.encode(segment).length;
    if (++characters > MOST_CHARACTERS || bytes > MOST_BYTES) break;
    kept += segment;
  }
  return kept;
}
