import { concat, textAt, viewOf } from "../bytes";
import type { PictureFormat } from "../format";
import { readProperties } from "../heif";
import { inflate } from "../inflate";
import { type Part, splitParts } from "../parts";
import { type Encoding, isPlain } from "./convert";
import { powerOf, srgbCurve } from "./curve";
import { encodingOf, readProfile } from "./icc";
import { type Primaries, srgbPrimaries, toLinearSrgb } from "./primaries";

/** What a file says about its colours. */
export type Color =
  /** Plain sRGB, or something that looks the same. */
  | { kind: "plain" }
  /** A decoder with colour management reads the profile from the file. `encoding` is set if the profile is simple. */
  | { kind: "profile"; space: string; profile: Uint8Array; encoding?: Encoding }
  /** Codes that only some decoders read. */
  | { kind: "encoded"; encoding: Encoding };

const plain: Color = { kind: "plain" };
const MAX_PROFILE_BYTES = 4 * 1024 * 1024;

export async function readColor(format: PictureFormat, bytes: Uint8Array): Promise<Color> {
  const parts = splitParts(format, bytes);
  switch (format) {
    case "jpeg":
      return ofInks(bytes, parts) ?? ofProfile(joinSegments(bytes, parts));
    case "png":
      return ofPng(bytes, parts);
    case "webp": {
      const profile = parts.find(({ name }) => name === "ICCP");
      return ofProfile(profile && bytes.subarray(profile.body, profile.end));
    }
    case "avif":
    case "heic":
      return ofHeif(bytes);
    default:
      return plain;
  }
}

function ofProfile(profile: Uint8Array | undefined): Color {
  const read = profile && readProfile(profile);
  if (!profile || !read || read.isPlain) return plain;
  return { kind: "profile", space: read.space.trim(), profile, encoding: read.encoding };
}

function ofEncoding(encoding: Encoding | undefined): Color {
  return encoding && !isPlain(encoding) ? { kind: "encoded", encoding } : plain;
}

const START_OF_FRAME = /^c[0-35679abdef]$/;

// CMYK is not for screens, with or without a profile.
function ofInks(bytes: Uint8Array, parts: readonly Part[]): Color | undefined {
  const frame = parts.find(({ name }) => START_OF_FRAME.test(name));
  if (!frame || bytes[frame.body + 5] !== 4) return undefined;
  return {
    kind: "profile",
    space: "CMYK",
    profile: joinSegments(bytes, parts) ?? new Uint8Array(),
  };
}

const MARK = "ICC_PROFILE\0";

/** A profile of more than 64 KB is divided into several numbered segments. */
function joinSegments(bytes: Uint8Array, parts: readonly Part[]): Uint8Array | undefined {
  const found = parts
    .filter(({ name, body }) => name === "e2" && textAt(bytes, body, MARK.length) === MARK)
    .map(({ body, end }) => ({
      number: bytes[body + 12] ?? 0,
      content: bytes.subarray(body + 14, end),
    }))
    .sort((a, b) => a.number - b.number);
  return found.length > 0 ? concat(found.map(({ content }) => content)) : undefined;
}

// The PNG specification defines this order of precedence (third edition, section 4.3).
async function ofPng(bytes: Uint8Array, parts: readonly Part[]): Promise<Color> {
  const find = (wanted: string) => {
    const part = parts.find(({ name }) => name === wanted);
    return part && bytes.subarray(part.body, part.end - 4);
  };
  const coded = find("cICP");
  const encoding = coded && encodingOf(coded[0] ?? 0, coded[1] ?? 0);
  if (encoding) return ofEncoding(encoding);
  const packed = find("iCCP");
  if (packed) {
    const name = packed.indexOf(0);
    return ofProfile(await inflate(new Uint8Array(packed.subarray(name + 2)), MAX_PROFILE_BYTES));
  }
  if (find("sRGB")) return plain;
  return ofEncoding(readGamma(find("gAMA"), find("cHRM")));
}

function readGamma(gamma?: Uint8Array, places?: Uint8Array): Encoding | undefined {
  const value = gamma ? viewOf(gamma).getUint32(0) / 100_000 : 0;
  const primaries = places && places.length >= 32 ? readPlaces(places) : undefined;
  if (value <= 0 && !primaries) return undefined;
  const curve = value > 0 ? powerOf(1 / value) : srgbCurve;
  return { curves: [curve, curve, curve], toSrgb: toLinearSrgb(primaries ?? srgbPrimaries) };
}

/** Returns `undefined` for places that no light can have. */
function readPlaces(places: Uint8Array): Primaries | undefined {
  const view = viewOf(places);
  const place = (at: number) =>
    [view.getUint32(at) / 100_000, view.getUint32(at + 4) / 100_000] as const;
  const primaries = { white: place(0), red: place(8), green: place(16), blue: place(24) };
  if (!Object.values(primaries).every(([, y]) => y > 0)) return undefined;
  return toLinearSrgb(primaries).flat().every(Number.isFinite) ? primaries : undefined;
}

function ofHeif(bytes: Uint8Array): Color {
  const boxes = readProperties(bytes).filter(({ name }) => name === "colr");
  const ofType = (pattern: RegExp) =>
    boxes.find(({ body }) => pattern.test(textAt(bytes, body, 4)));
  const profile = ofType(/^(prof|rICC)$/);
  if (profile) return ofProfile(bytes.subarray(profile.body + 4, profile.end));
  const coded = ofType(/^nclx$/);
  if (!coded) return plain;
  const view = viewOf(bytes);
  return ofEncoding(encodingOf(view.getUint16(coded.body + 4), view.getUint16(coded.body + 6)));
}
