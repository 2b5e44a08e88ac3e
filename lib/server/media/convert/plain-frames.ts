import { VideoFrame } from "@napi-rs/webcodecs";

// The bits of a sample, and how much smaller the colour planes are than the grey plane.
const layouts: Record<string, { bits: number; x: 0 | 1; y: 0 | 1 }> = {
  I420: { bits: 8, x: 1, y: 1 },
  I422: { bits: 8, x: 1, y: 0 },
  I444: { bits: 8, x: 0, y: 0 },
  I420P10: { bits: 10, x: 1, y: 1 },
  I422P10: { bits: 10, x: 1, y: 0 },
  I444P10: { bits: 10, x: 0, y: 0 },
};

/**
 * Returns the frame in the form that the encoder accepts: with even sides and in video range. A frame in full range would
 * make the encoder abort the whole process. Returns the same frame if it needs no change.
 */
export async function toPlainFrame(frame: VideoFrame): Promise<VideoFrame> {
  const { format, codedWidth, codedHeight, colorSpace, timestamp } = frame;
  const layout = layouts[format ?? ""];
  const isFull = colorSpace.fullRange === true;
  const isEven = codedWidth % 2 === 0 && codedHeight % 2 === 0;
  if (!layout || format === null) {
    if (isFull || !isEven) throw new Error(`A frame in ${format} can't be converted.`);
    return frame;
  }
  if (!isFull && isEven) return frame;

  const source = new Uint8Array(frame.allocationSize());
  const planes = await frame.copyTo(source);
  const [width, height] = [codedWidth & ~1, codedHeight & ~1];
  const sides = planes.slice(0, 3).map((_, n) => ({
    width: n === 0 ? width : width >> layout.x,
    height: n === 0 ? height : height >> layout.y,
  }));
  const bytes = layout.bits > 8 ? 2 : 1;
  const target = new Uint8Array(
    sides.reduce((sum, side) => sum + side.width * side.height * bytes, 0),
  );
  let at = 0;
  for (const [n, side] of sides.entries()) {
    const { offset = 0, stride = 0 } = planes[n] ?? {};
    for (let y = 0; y < side.height; y++, at += side.width * bytes)
      target.set(
        source.subarray(offset + y * stride, offset + y * stride + side.width * bytes),
        at,
      );
    if (isFull) limitRange(target, at, side.width * side.height, layout.bits, n > 0);
  }
  const plain = new VideoFrame(target, {
    ...{ format, codedWidth: width, codedHeight: height, timestamp },
    ...(frame.duration !== null && { duration: frame.duration }),
    colorSpace: {
      ...{ primaries: colorSpace.primaries, transfer: colorSpace.transfer },
      ...{ matrix: colorSpace.matrix, fullRange: false },
    },
  } as ConstructorParameters<typeof VideoFrame>[1]);
  frame.close();
  return plain;
}

/** Maps full range to video range at any depth: 0–255 to 16–235, colours to 16–240 (ITU-R BT.709). */
function limitRange(
  target: Uint8Array,
  end: number,
  samples: number,
  bits: number,
  isColour: boolean,
) {
  const [most, step] = [2 ** bits - 1, 2 ** (bits - 8)];
  const [low, span] = isColour ? [16 * step, 224 * step] : [16 * step, 219 * step];
  const table = Uint16Array.from({ length: most + 1 }, (_, value) =>
    Math.round(low + (value / most) * span),
  );
  if (bits === 8) {
    for (let n = end - samples; n < end; n++) target[n] = table[target[n] ?? 0] ?? 0;
    return;
  }
  const view = new Uint16Array(target.buffer, end - samples * 2, samples);
  for (let n = 0; n < samples; n++) view[n] = table[Math.min(view[n] ?? 0, most)] ?? 0;
}
