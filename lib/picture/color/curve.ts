/** How a stored number becomes light. `power` is ICC's parametric curve of type 4, which includes the simpler types. */
export type Curve =
  | { kind: "power"; g: number; a: number; b: number; c: number; d: number; e: number; f: number }
  | { kind: "table"; values: readonly number[] }
  | { kind: "pq" }
  | { kind: "hlg" };

export const srgbCurve: Curve = {
  ...{ kind: "power", g: 2.4, a: 1 / 1.055, b: 0.055 / 1.055, c: 1 / 12.92, d: 0.04045 },
  ...{ e: 0, f: 0 },
};

export function powerOf(gamma: number, scale = 1): Curve {
  return { kind: "power", g: gamma, a: scale ** (1 / gamma), b: 0, c: 0, d: 0, e: 0, f: 0 };
}

/**
 * Returns the curve for a code of ITU-T H.273, table 3. The curves of television (1, 6, 14, 15) describe a camera, and
 * screens show all of them as sRGB.
 */
export function codedCurve(transfer: number): Curve | undefined {
  switch (transfer) {
    case 1:
    case 6:
    case 7:
    case 11:
    case 12:
    case 13:
    case 14:
    case 15:
      return srgbCurve;
    case 4:
      return powerOf(2.2);
    case 5:
      return powerOf(2.8);
    case 8:
      return powerOf(1);
    case 16:
      return { kind: "pq" };
    case 17:
      return powerOf(2.6, 52.37 / 48);
    case 18:
      return { kind: "hlg" };
  }
}

/** Returns light from 0 to 1. For PQ, 1 is 10,000 candela per square metre; for HLG, it is the scene's own light. */
export function toLight(curve: Curve, value: number): number {
  switch (curve.kind) {
    case "power": {
      const { g, a, b, c, d, e, f } = curve;
      return value >= d ? Math.max(0, a * value + b) ** g + e : c * value + f;
    }
    case "table": {
      const at = value * (curve.values.length - 1);
      const [low, high] = [curve.values[Math.floor(at)] ?? 0, curve.values[Math.ceil(at)] ?? 0];
      return low + (high - low) * (at - Math.floor(at));
    }
    case "pq":
      return pqToLight(value);
    case "hlg":
      return hlgToLight(value);
  }
}

// ITU-R BT.2100, table 4.
const [m1, m2] = [2610 / 16384, (2523 / 4096) * 128];
const [c1, c2, c3] = [3424 / 4096, (2413 / 4096) * 32, (2392 / 4096) * 32];

export function pqToLight(value: number): number {
  const root = value ** (1 / m2);
  return (Math.max(0, root - c1) / (c2 - c3 * root)) ** (1 / m1);
}

export function lightToPq(light: number): number {
  const power = light ** m1;
  return ((c1 + c2 * power) / (1 + c3 * power)) ** m2;
}

// ITU-R BT.2100, table 5.
function hlgToLight(value: number): number {
  const [a, b, c] = [0.17883277, 0.28466892, 0.55991073];
  return value <= 0.5 ? value ** 2 / 3 : (Math.exp((value - c) / a) + b) / 12;
}
