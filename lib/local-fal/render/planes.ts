import type { Picture } from "./picture.ts";

/** One byte for each sample, row by row. `density` is the number of samples for each pixel along a side. */
export type Plane = { samples: Uint8Array; stride: number; density: number };

export type Planes = { luma: Plane; blue: Plane; red: Plane };

/**
 * Converts a picture to the planes of a video (BT.709, limited range) that can be sampled between pixels. Luma is
 * doubled first: bilinear sampling of the original would be sharp on whole pixels and soft between them, so a slow move
 * would shimmer. Every second sample is the pixel itself, so a camera at rest shows the picture unchanged.
 */
export function separate({ rgb, width, height }: Picture): Planes {
  const luma = new Uint8Array(width * height);
  const blue = new Uint8Array(width * height);
  const red = new Uint8Array(width * height);
  for (let at = 0, from = 0; at < luma.length; at++, from += 3) {
    const [r, g, b] = [rgb[from] as number, rgb[from + 1] as number, rgb[from + 2] as number];
    luma[at] = 16.5 + 0.182586 * r + 0.614231 * g + 0.062007 * b;
    blue[at] = 128.5 - 0.100644 * r - 0.338572 * g + 0.439216 * b;
    red[at] = 128.5 + 0.439216 * r - 0.398942 * g - 0.040274 * b;
  }
  return {
    luma: { samples: double(luma, width, height), stride: 2 * width, density: 2 },
    blue: { samples: halveDetail(blue, width), stride: width, density: 1 },
    red: { samples: halveDetail(red, width), stride: width, density: 1 },
  };
}

function double(single: Uint8Array, width: number, height: number): Uint8Array {
  const wide = new Uint8Array(2 * width * height);
  for (let row = 0; row < height; row++) {
    const start = row * width;
    interleave(single, start, 1, width, wide, 2 * start, 1);
  }
  const doubled = new Uint8Array(4 * width * height);
  for (let column = 0; column < 2 * width; column++) {
    interleave(wide, column, 2 * width, height, doubled, column, 2 * width);
  }
  return doubled;
}

// The half-way samples of H.264's motion compensation: taps 1, -5, 20, 20, -5, 1 over 32.
function interleave(
  from: Uint8Array,
  start: number,
  step: number,
  count: number,
  to: Uint8Array,
  toStart: number,
  toStep: number,
) {
  const last = start + (count - 1) * step;
  for (let n = 0, at = start, out = toStart; n < count; n++, at += step, out += 2 * toStep) {
    const c = from[at] as number;
    const d = from[Math.min(at + step, last)] as number;
    const b = from[Math.max(at - step, start)] as number;
    const e = from[Math.min(at + 2 * step, last)] as number;
    const a = from[Math.max(at - 2 * step, start)] as number;
    const f = from[Math.min(at + 3 * step, last)] as number;
    const half = (a + f - 5 * (b + e) + 20 * (c + d) + 16) >> 5;
    to[out] = c;
    to[out + toStep] = Math.min(Math.max(half, 0), 255);
  }
}

// 4:2:0 keeps every second colour sample of a row, at the position of the pixel (H.264's default), so the samples are
// smoothed first.
function halveDetail(full: Uint8Array, width: number): Uint8Array {
  const soft = new Uint8Array(full);
  for (let start = 0; start < full.length; start += width) {
    for (let at = start + 1; at < start + width - 1; at++) {
      soft[at] =
        ((full[at - 1] as number) + 2 * (full[at] as number) + (full[at + 1] as number) + 2) >> 2;
    }
  }
  return soft;
}
