import type { Size, View } from "./lens.ts";
import type { Plane, Planes } from "./planes.ts";
import { sampleWasm } from "./sample.wasm.ts";

type DrawRow = (
  to: number,
  columns: number,
  pairs: number,
  stride: number,
  ...place: [u: number, v: number, w: number, du: number, dv: number, dw: number]
) => void;

/** A plane of the frame. Its samples are at `step * n` in the frame, and its rows at `step * n + offset`. */
type Part = {
  to: number;
  columns: number;
  rows: number;
  step: number;
  offset: number;
  pairs: number;
  plane: Plane;
};

const PAGE_BYTES = 65_536;

/**
 * Prepares to draw what the camera sees as I420 frames, all into the returned `frame`. `margin` is how many pixels the
 * planes extend beyond the picture.
 */
export function createSampler(
  { width, height }: Size,
  planes: Planes,
  margin: { x: number; y: number },
) {
  const [columns, rows] = [width / 2, height / 2];
  const frameBytes = width * height + 2 * columns * rows;
  const { memory, drawRow } = load();
  // A page separates them, because a row's last 4 samples read and write beyond its end.
  let free = frameBytes + PAGE_BYTES;
  const place = ({ samples }: Plane) => {
    const start = free;
    free += 2 * samples.length;
    return start;
  };

  const full = { columns: width, rows: height, step: 1, offset: 0 };
  // H.264's 4:2:0 colour is located on every second pixel of a row and between two rows.
  const half = { columns, rows, step: 2, offset: 0.5 };
  const red = width * height + columns * rows;
  const parts: Part[] = [
    { ...full, to: 0, plane: planes.luma, pairs: place(planes.luma) },
    { ...half, to: width * height, plane: planes.blue, pairs: place(planes.blue) },
    { ...half, to: red, plane: planes.red, pairs: place(planes.red) },
  ];
  memory.grow(Math.ceil((free + PAGE_BYTES) / PAGE_BYTES));
  for (const { plane, pairs } of parts) pairRows(plane, new Uint8Array(memory.buffer, pairs));

  return {
    frame: new Uint8Array(memory.buffer, 0, frameBytes),
    draw(view: View) {
      for (const part of parts) drawPart(drawRow, part, view, margin);
    },
  };
}

function pairRows({ samples, stride }: Plane, to: Uint8Array) {
  for (let at = 0, out = 0; at < samples.length; at++) {
    to[out++] = samples[at] as number;
    to[out++] = samples[at + stride] as number;
  }
}

function drawPart(
  drawRow: DrawRow,
  { to, columns, rows, step, offset, pairs, plane: { stride, density } }: Part,
  [a, b, c, d, e, f, g, h, i]: View,
  margin: { x: number; y: number },
) {
  // Positions are in 1/65536 sample from the margin's corner, rounded to the 1/256 that the sampler uses.
  const unit = 65_536 * density;
  const [shiftX, shiftY] = [margin.x * unit + 128, margin.y * unit + 128];
  const [du, dv, dw] = [(a * unit + g * shiftX) * step, (d * unit + g * shiftY) * step, g * step];
  for (let row = 0; row < rows; row++) {
    const y = row * step + offset;
    const w = h * y + i;
    const u = (b * y + c) * unit + w * shiftX;
    const v = (e * y + f) * unit + w * shiftY;
    drawRow(to + row * columns, columns, pairs, stride, u, v, w, du, dv, dw);
  }
}

function load() {
  const module = new WebAssembly.Module(Buffer.from(sampleWasm, "base64"));
  const { memory, drawRow } = new WebAssembly.Instance(module).exports;
  return { memory: memory as WebAssembly.Memory, drawRow: drawRow as DrawRow };
}
