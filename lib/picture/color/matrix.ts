export type Triple = readonly [number, number, number];
/** Row by row. */
export type Matrix = readonly [Triple, Triple, Triple];

export function multiply(a: Matrix, b: Matrix): Matrix {
  return a.map((row) => apply(transpose(b), row)) as unknown as Matrix;
}

export function apply(matrix: Matrix, [x, y, z]: Triple): Triple {
  const [a, b, c] = matrix.map((row) => row[0] * x + row[1] * y + row[2] * z);
  return [a ?? 0, b ?? 0, c ?? 0];
}

export function transpose([a, b, c]: Matrix): Matrix {
  return [
    [a[0], b[0], c[0]],
    [a[1], b[1], c[1]],
    [a[2], b[2], c[2]],
  ];
}

export function invert([[a, b, c], [d, e, f], [g, h, i]]: Matrix): Matrix {
  const [p, q, r] = [e * i - f * h, f * g - d * i, d * h - e * g];
  const scale = 1 / (a * p + b * q + c * r);
  const row = (...values: Triple): Triple => [
    values[0] * scale,
    values[1] * scale,
    values[2] * scale,
  ];
  return [
    row(p, c * h - b * i, b * f - c * e),
    row(q, a * i - c * g, c * d - a * f),
    row(r, b * g - a * h, a * e - b * d),
  ];
}
