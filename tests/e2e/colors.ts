import type { Fields } from "../color-pictures.ts";

export type Difference = { mean: number; most: number };

export function compareFields(seen: Fields, wanted: Fields): Difference {
  const errors = wanted.flatMap((rgb, field) =>
    rgb.map((value, at) => Math.abs(value - (seen[field]?.[at] ?? 0))),
  );
  return {
    mean: errors.reduce((sum, error) => sum + error, 0) / errors.length,
    most: Math.max(...errors),
  };
}
