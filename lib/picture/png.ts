import { concat, viewOf } from "./bytes";
import { inflate } from "./inflate";
import { splitParts } from "./parts";

const END = new Uint8Array([0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82]);

/**
 * Returns a PNG up to its end mark. Adds the mark if all pixels are there without it, and returns `undefined` if not.
 */
export async function completePng(bytes: Uint8Array): Promise<Uint8Array | undefined> {
  const chunks = splitParts("png", bytes);
  const last = chunks.at(-1);
  if (last?.name === "IEND") return bytes.subarray(0, last.end);
  const header = chunks.find(({ name }) => name === "IHDR");
  const pixels = chunks.filter(({ name }) => name === "IDAT");
  if (!last || !header || pixels.length === 0) return undefined;
  const wanted = countBytes(bytes.subarray(header.body, header.end));
  const packed = concat(pixels.map(({ body, end }) => bytes.subarray(body, end - 4)));
  const found = await inflate(packed, wanted);
  return found.length >= wanted ? concat([bytes.subarray(0, last.end), END]) : undefined;
}

const channelsOf: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

// Where the passes of an interlaced picture start, and the distance between their pixels (PNG, section 8.2).
const passes = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** Counts the bytes of the pixels before compression. */
function countBytes(header: Uint8Array): number {
  const view = viewOf(header);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const bits = (header[8] ?? 8) * (channelsOf[header[9] ?? 2] ?? 4);
  const count = (columns: number, rows: number) =>
    columns > 0 && rows > 0 ? rows * (1 + Math.ceil((columns * bits) / 8)) : 0;
  if (header[12] !== 1) return count(width, height);
  return passes.reduce(
    (sum, [x, y, across, down]) =>
      sum + count(Math.ceil((width - x) / across), Math.ceil((height - y) / down)),
    0,
  );
}
