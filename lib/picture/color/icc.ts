import { textAt, viewOf } from "../bytes";
import { type Encoding, isPlain } from "./convert";
import { type Curve, codedCurve, powerOf } from "./curve";
import { type Matrix, type Triple, transpose } from "./matrix";
import { codedPrimaries, fromD50, toLinearSrgb } from "./primaries";

/** An ICC profile: the space of its numbers, and their encoding if it consists of three curves and a matrix. */
export type Profile = { space: string; encoding?: Encoding; isPlain: boolean };

/** Parses a profile (format: ICC.1:2022). Returns `undefined` for other bytes. */
export function readProfile(bytes: Uint8Array): Profile | undefined {
  if (bytes.length < 132 || textAt(bytes, 36, 4) !== "acsp") return undefined;
  const space = textAt(bytes, 16, 4);
  const encoding = space === "RGB " ? readEncoding(bytes) : undefined;
  return { space, encoding, isPlain: encoding !== undefined && isPlain(encoding) };
}

function readEncoding(bytes: Uint8Array): Encoding | undefined {
  const tag = (name: string) => findTag(bytes, name);
  const coded = tag("cicp");
  const encoding = coded && encodingOf(coded[8] ?? 0, coded[9] ?? 0);
  if (encoding) return encoding;
  // A table between colours is more exact than the matrix beside it.
  if (tag("A2B0") || tag("A2B1")) return undefined;
  const columns = ["rXYZ", "gXYZ", "bXYZ"].map((name) => readXyz(tag(name)));
  const curves = ["rTRC", "gTRC", "bTRC"].map((name) => readCurve(tag(name)));
  if (![...columns, ...curves].every((one) => one !== undefined)) return undefined;
  return {
    curves: curves as unknown as Encoding["curves"],
    toSrgb: fromD50(transpose(columns as unknown as Matrix)),
  };
}

/** Returns the encoding for codes of ITU-T H.273, or `undefined` for unknown codes. */
export function encodingOf(primaries: number, transfer: number): Encoding | undefined {
  const curve = codedCurve(transfer);
  const places = codedPrimaries[primaries];
  return curve && places && { curves: [curve, curve, curve], toSrgb: toLinearSrgb(places) };
}

function findTag(bytes: Uint8Array, name: string): Uint8Array | undefined {
  const view = viewOf(bytes);
  const count = Math.min(view.getUint32(128), 100);
  for (let at = 132; at < 132 + 12 * count && at + 12 <= bytes.length; at += 12) {
    if (textAt(bytes, at, 4) !== name) continue;
    const start = view.getUint32(at + 4);
    return bytes.subarray(start, start + view.getUint32(at + 8));
  }
}

function readXyz(tag: Uint8Array | undefined): Triple | undefined {
  if (!tag || tag.length < 20) return undefined;
  const read = fixedOf(tag);
  return [read(8), read(12), read(16)];
}

function fixedOf(tag: Uint8Array) {
  const view = viewOf(tag);
  return (at: number) => view.getInt32(at) / 65_536;
}

function readCurve(tag: Uint8Array | undefined): Curve | undefined {
  if (!tag || tag.length < 12) return undefined;
  const type = textAt(tag, 0, 4);
  if (type === "para") return readParametric(tag);
  return type === "curv" ? readTable(tag) : undefined;
}

function readTable(tag: Uint8Array): Curve | undefined {
  const view = viewOf(tag);
  const count = view.getUint32(8);
  if (tag.length < 12 + 2 * count) return undefined;
  if (count === 0) return powerOf(1);
  if (count === 1) return powerOf(view.getUint16(12) / 256);
  const values = Array.from({ length: count }, (_, at) => view.getUint16(12 + 2 * at) / 65_535);
  return { kind: "table", values };
}

const parameterCounts = [1, 3, 4, 5, 7];

// ICC.1:2022, table 68.
function readParametric(tag: Uint8Array): Curve | undefined {
  const type = viewOf(tag).getUint16(8);
  const count = parameterCounts[type];
  if (count === undefined || tag.length < 12 + 4 * count) return undefined;
  const read = fixedOf(tag);
  const [g = 1, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0] = Array.from({ length: count }, (_, at) =>
    read(12 + 4 * at),
  );
  const whole = { kind: "power", g, a, b, c: 0, d: 0, e: 0, f: 0 } as const;
  switch (type) {
    case 0:
      return whole;
    case 1:
      return { ...whole, d: -b / a };
    case 2:
      return { ...whole, d: -b / a, e: c, f: c };
    case 3:
      return { ...whole, c, d };
    default:
      return { ...whole, c, d, e, f };
  }
}
