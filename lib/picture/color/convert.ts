import { type Curve, srgbCurve, toLight } from "./curve";
import type { Matrix } from "./matrix";
import { compress, PEAK } from "./tone";

/** The meaning of a picture's numbers: the curve of each channel, and the matrix from its light to that of sRGB. */
export type Encoding = { curves: readonly [Curve, Curve, Curve]; toSrgb: Matrix };

const LIGHT_STEPS = 65_535;
let stored: Uint8Array | undefined;

/** Converts pixels of three or four channels to plain sRGB in place. Colours outside of sRGB move to its edge. */
export function convertToSrgb(
  pixels: Uint8Array | Uint8ClampedArray,
  channels: number,
  encoding: Encoding,
): void {
  convert(pixels, pixels, channels, encoding);
}

/** The same for 16-bit numbers. HDR needs them, because steps of 8 bits are too large in dark tones. */
export function convertDeepToSrgb(
  pixels: Uint16Array,
  channels: number,
  encoding: Encoding,
): Uint8Array<ArrayBuffer> {
  const converted = new Uint8Array(pixels.length);
  convert(pixels, converted, channels, encoding);
  if (channels === 4)
    for (let at = 3; at < pixels.length; at += 4) converted[at] = (pixels[at] as number) >> 8;
  return converted;
}

export function isHdr({ curves }: Encoding): boolean {
  return curves[0].kind === "pq" || curves[0].kind === "hlg";
}

type Pixels = Uint8Array | Uint8ClampedArray | Uint16Array;

function convert(from: Pixels, to: Pixels, channels: number, { curves, toSrgb }: Encoding) {
  const steps = 256 ** from.BYTES_PER_ELEMENT;
  const [red, green, blue] = curves.map((curve) => tabulate(curve, steps)) as Tables;
  const [[a, b, c], [d, e, f], [g, h, i]] = toSrgb;
  const scaleOf = findScale(curves[0], red);
  stored ??= tabulateStored();
  const table = stored;
  const store = (light: number) =>
    table[light <= 0 ? 0 : light >= 1 ? LIGHT_STEPS : (light * LIGHT_STEPS + 0.5) | 0] as number;
  for (let at = 0; at + channels <= from.length; at += channels) {
    const [p, q, s] = [from[at] as number, from[at + 1] as number, from[at + 2] as number];
    const scale = scaleOf ? scaleOf(p, q, s) : 1;
    const r = (red[p] as number) * scale;
    const v = (green[q] as number) * scale;
    const w = (blue[s] as number) * scale;
    to[at] = store(a * r + b * v + c * w);
    to[at + 1] = store(d * r + e * v + f * w);
    to[at + 2] = store(g * r + h * v + i * w);
  }
}

type Tables = [Float32Array, Float32Array, Float32Array];

/** Whether pixels look the same when they are read as plain sRGB. */
export function isPlain(encoding: Encoding): boolean {
  const steps = [0, 16, 40, 70, 105, 145, 190, 255];
  const pixels = Uint8Array.from(
    steps.flatMap((r) => steps.flatMap((g) => steps.flatMap((b) => [r, g, b]))),
  );
  const converted = pixels.slice();
  convertToSrgb(converted, 3, encoding);
  return converted.every((value, at) => Math.abs(value - (pixels[at] ?? 0)) <= 1);
}

function tabulate(curve: Curve, steps: number): Float32Array {
  return Float32Array.from({ length: steps }, (_, value) => toLight(curve, value / (steps - 1)));
}

function tabulateStored(): Uint8Array {
  const table = new Uint8Array(LIGHT_STEPS + 1);
  let value = 0;
  for (let step = 0; step <= LIGHT_STEPS; step++) {
    while (value < 255 && toLight(srgbCurve, (value + 0.5) / 255) <= step / LIGHT_STEPS) value++;
    table[step] = value;
  }
  return table;
}

type Scale = (red: number, green: number, blue: number) => number;

/** How much of a pixel's light a page can show. The brightest channel decides, so that the hue does not change. */
function findScale({ kind }: Curve, light: Float32Array): Scale | undefined {
  if (kind === "pq") {
    const scales = light.map((one) => (one > 0 ? compress(one * 10_000) / one : 0));
    return (r, g, b) => scales[Math.max(r, g, b)] as number;
  }
  if (kind !== "hlg") return undefined;
  return (r, g, b) => {
    const [x, y, z] = [light[r] as number, light[g] as number, light[b] as number];
    // The light that a screen of 1,000 candela shows for the scene's light (ITU-R BT.2100, table 5).
    const system = PEAK * (0.2627 * x + 0.678 * y + 0.0593 * z) ** 0.2;
    const brightest = Math.max(x, y, z);
    return brightest > 0 ? compress(brightest * system) / brightest : 0;
  };
}
