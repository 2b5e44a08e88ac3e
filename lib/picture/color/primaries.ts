import { apply, invert, type Matrix, multiply, type Triple, transpose } from "./matrix";

type Place = readonly [x: number, y: number];

/** The places of red, green, blue and white in the CIE 1931 diagram. */
export type Primaries = { red: Place; green: Place; blue: Place; white: Place };

const D65: Place = [0.3127, 0.329];
/** The white of ICC's profile connection space, as XYZ. */
const D50: Triple = [0.9642, 1, 0.8249];

export const srgbPrimaries: Primaries = {
  red: [0.64, 0.33],
  green: [0.3, 0.6],
  blue: [0.15, 0.06],
  white: D65,
};
const smpte170: Primaries = {
  red: [0.63, 0.34],
  green: [0.31, 0.595],
  blue: [0.155, 0.07],
  white: D65,
};
const p3 = { red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06] } as const;

/** By the codes of ITU-T H.273, table 2. Missing codes are unspecified, or no pictures use them. */
export const codedPrimaries: Readonly<Record<number, Primaries>> = {
  1: srgbPrimaries,
  4: { red: [0.67, 0.33], green: [0.21, 0.71], blue: [0.14, 0.08], white: [0.31, 0.316] },
  5: { red: [0.64, 0.33], green: [0.29, 0.6], blue: [0.15, 0.06], white: D65 },
  6: smpte170,
  7: smpte170,
  9: { red: [0.708, 0.292], green: [0.17, 0.797], blue: [0.131, 0.046], white: D65 },
  11: { ...p3, white: [0.314, 0.351] },
  12: { ...p3, white: D65 },
  22: { red: [0.63, 0.34], green: [0.295, 0.605], blue: [0.155, 0.077], white: D65 },
};

/** Returns the matrix from linear light in these primaries to linear light in sRGB. */
export function toLinearSrgb(primaries: Primaries): Matrix {
  return fromD50(toD50(primaries));
}

/** The same for primaries of an ICC profile, which are columns adapted to D50. */
export function fromD50(matrix: Matrix): Matrix {
  return multiply(invert(toD50(srgbPrimaries)), matrix);
}

function toD50(primaries: Primaries): Matrix {
  const { red, green, blue, white } = primaries;
  const columns = transpose([toXyz(red), toXyz(green), toXyz(blue)]);
  const [r, g, b] = apply(invert(columns), toXyz(white));
  const scaled = columns.map((row) => [row[0] * r, row[1] * g, row[2] * b]) as unknown as Matrix;
  return multiply(adapt(toXyz(white), D50), scaled);
}

function toXyz([x, y]: Place): Triple {
  return [x / y, 1, (1 - x - y) / y];
}

// Bradford's matrix, from ICC.1:2022, annex E.
const cones: Matrix = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
];

function adapt(from: Triple, to: Triple): Matrix {
  const [a, b] = [apply(cones, from), apply(cones, to)];
  const scale: Matrix = [
    [b[0] / a[0], 0, 0],
    [0, b[1] / a[1], 0],
    [0, 0, b[2] / a[2]],
  ];
  return multiply(invert(cones), multiply(scale, cones));
}
