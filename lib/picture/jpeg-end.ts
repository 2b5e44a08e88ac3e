import { viewOf } from "./bytes";
import { Bits, makeTable, ShortData, StrangeCode, type Table } from "./jpeg-bits";
import { type Component, type Frame, type Scan, walkScan } from "./jpeg-scan";
import { jpegSegments, type Part } from "./parts";

const END_MARK = new Uint8Array([0xff, 0xd9]);
/** Checking a progressive picture needs at least a byte of memory for each pixel. */
const MAX_PROGRESSIVE_PIXELS = 50_000_000;

/**
 * Returns a JPEG up to the end of its pixels, with an end mark, or `undefined` if some pixels are missing. The pixels
 * have to be read for this, because a file without an end mark may be complete and a file with one may be cut off.
 */
export function completeJpeg(bytes: Uint8Array): Uint8Array | undefined {
  const { marked, end, state } = followScans(bytes);
  const isWhole = state === "whole" || (state === "unknown" && marked !== undefined);
  if (!isWhole) return undefined;
  if (marked !== undefined) return bytes.subarray(0, marked);
  const whole = new Uint8Array(end + END_MARK.length);
  whole.set(bytes.subarray(0, end));
  whole.set(END_MARK, end);
  return whole;
}

/** `marked`: the position after the end mark, if there is one. `end`: the position after the last scan. */
type Followed = { marked?: number; end: number; state: "whole" | "short" | "unknown" };

function followScans(bytes: Uint8Array): Followed {
  const tables = new Map<number, Table>();
  const known = new Known();
  let frame: Frame | undefined;
  let restartEvery = 0;
  let isUnknown = false;
  let end = 0;
  for (const part of jpegSegments(bytes)) {
    const content = bytes.subarray(part.body, part.end);
    if (part.name === "c4") readTables(content, tables);
    else if (part.name === "dd") restartEvery = viewOf(content).getUint16(0);
    else if (part.name === "d9") {
      // With an end mark, the encoder left out the rest on purpose.
      return { marked: part.end, end, state: end > 0 ? "unknown" : "short" };
    } else if (/^c[0-35679abdef]$/.test(part.name)) {
      frame ??= readFrame(part.name, content);
      isUnknown ||= frame === undefined;
    } else if (part.name === "da") {
      end = part.end;
      if (!frame || isUnknown) {
        isUnknown = true;
        continue;
      }
      const scan = readScan(content, frame, tables, restartEvery);
      const found = scan && follow(bytes, part, frame, scan);
      if (!found) isUnknown = true;
      else if (found.isShort) return { marked: findMark(bytes, part), end, state: "short" };
      else {
        end = found.end;
        known.add(scan);
        // What follows does not belong to the picture, with or without an end mark.
        if (known.isAll(frame)) return { marked: markAt(bytes, end), end, state: "whole" };
      }
    }
  }
  return { end, state: isUnknown && end > 0 ? "unknown" : "short" };
}

/** Which coefficients of each component are complete. A progressive picture sends them bit by bit. */
class Known {
  readonly #missing = new Map<Component, Uint8Array>();

  add({ parts, first, last, low }: Scan): void {
    for (const { component } of parts) {
      const missing = this.#missing.get(component) ?? new Uint8Array(64).fill(255);
      missing.fill(low, first, last + 1);
      this.#missing.set(component, missing);
    }
  }

  isAll({ components }: Frame): boolean {
    return components.every((one) => this.#missing.get(one)?.every((bits) => bits === 0));
  }
}

function follow(
  bytes: Uint8Array,
  part: Part,
  frame: Frame,
  scan: Scan,
): { isShort: boolean; end: number } | undefined {
  const header = viewOf(bytes).getUint16(part.start + 2);
  const bits = new Bits(bytes, part.start + 2 + header);
  try {
    walkScan(bits, frame, scan);
    bits.align();
    return { isShort: false, end: bits.at };
  } catch (error) {
    if (error instanceof ShortData) return { isShort: true, end: part.end };
    if (error instanceof StrangeCode || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Returns the position after the end mark if it follows the pixels. Some encoders write a byte or two before it. */
function markAt(bytes: Uint8Array, end: number): number | undefined {
  for (let at = end; at < end + 8; at++)
    if (bytes[at] === 0xff && bytes[at + 1] === 0xd9) return at + 2;
  return undefined;
}

function findMark(bytes: Uint8Array, { end }: Part): number | undefined {
  return markAt(bytes, end);
}

function readTables(content: Uint8Array, tables: Map<number, Table>) {
  for (let at = 0; at + 17 <= content.length; ) {
    const counts = content.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const symbols = content.subarray(at + 17, at + 17 + total);
    tables.set(content[at] ?? 0, makeTable(counts, symbols));
    at += 17 + total;
  }
}

/** Returns `undefined` for the kinds that browsers cannot read either: lossless, hierarchical, arithmetic. */
function readFrame(name: string, content: Uint8Array): Frame | undefined {
  if (!/^c[012]$/.test(name) || content.length < 6) return undefined;
  const view = viewOf(content);
  const [height, width, count] = [view.getUint16(1), view.getUint16(3), content[5] ?? 0];
  const isProgressive = name === "c2";
  if (height === 0 || content.length < 6 + 3 * count) return undefined;
  if (isProgressive && width * height > MAX_PROGRESSIVE_PIXELS) return undefined;
  const factors = Array.from({ length: count }, (_, n) => {
    const sampling = content[7 + 3 * n] ?? 0x11;
    return { id: content[6 + 3 * n] ?? 0, across: sampling >> 4 || 1, down: sampling & 15 || 1 };
  });
  const mostAcross = Math.max(...factors.map(({ across }) => across));
  const mostDown = Math.max(...factors.map(({ down }) => down));
  const unitsWide = Math.ceil(width / (8 * mostAcross));
  const unitsHigh = Math.ceil(height / (8 * mostDown));
  const components = factors.map(({ id, across, down }) => ({
    ...{ id, across, down },
    blocksWide: Math.ceil(Math.ceil((width * across) / mostAcross) / 8),
    blocksHigh: Math.ceil(Math.ceil((height * down) / mostDown) / 8),
    stride: unitsWide * across,
    rows: unitsHigh * down,
  }));
  return { isProgressive, unitsWide, unitsHigh, components };
}

function readScan(
  content: Uint8Array,
  { components }: Frame,
  tables: ReadonlyMap<number, Table>,
  restartEvery: number,
): Scan | undefined {
  const count = content[0] ?? 0;
  const parts = Array.from({ length: count }, (_, n) => {
    const component = components.find(({ id }) => id === content[1 + 2 * n]);
    const chosen = content[2 + 2 * n] ?? 0;
    return (
      component && { component, dc: tables.get(chosen >> 4), ac: tables.get(16 | (chosen & 15)) }
    );
  });
  const at = 1 + 2 * count;
  if (count === 0 || !parts.every((part) => part !== undefined)) return undefined;
  const [first = 0, last = 63, approximation = 0] = content.subarray(at, at + 3);
  const [high, low] = [approximation >> 4, approximation & 15];
  return { parts, first, last, high, low, restartEvery };
}
