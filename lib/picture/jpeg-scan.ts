import type { Bits, Table } from "./jpeg-bits";

export type Component = {
  id: number;
  across: number;
  down: number;
  /** In blocks of 8 by 8: the blocks that the picture covers, and the blocks in a stored row. */
  blocksWide: number;
  blocksHigh: number;
  stride: number;
  rows: number;
  /** Which coefficients a progressive picture has sent so far. */
  known?: Uint8Array;
};

export type Frame = {
  isProgressive: boolean;
  unitsWide: number;
  unitsHigh: number;
  components: readonly Component[];
};

export type Scan = {
  parts: readonly { component: Component; dc?: Table; ac?: Table }[];
  first: number;
  last: number;
  /** How many bits of the coefficients remain for later scans, before and after this one. */
  high: number;
  low: number;
  restartEvery: number;
};

/** Reads a whole scan without drawing it. Throws `ShortData` if it ends early. */
export function walkScan(bits: Bits, frame: Frame, scan: Scan): void {
  const run = { left: 0 };
  const walk = findWalk(bits, frame, scan, run);
  const [only] = scan.parts;
  const isSingle = scan.parts.length === 1 && only;
  const units = isSingle
    ? only.component.blocksWide * only.component.blocksHigh
    : frame.unitsWide * frame.unitsHigh;
  for (let unit = 0; unit < units; unit++) {
    if (scan.restartEvery && unit > 0 && unit % scan.restartEvery === 0) {
      bits.restart();
      run.left = 0;
    }
    if (isSingle) {
      const { blocksWide, stride } = only.component;
      walk(only, Math.floor(unit / blocksWide) * stride + (unit % blocksWide));
      continue;
    }
    const [column, row] = [unit % frame.unitsWide, Math.floor(unit / frame.unitsWide)];
    for (const part of scan.parts) {
      const { across, down, stride } = part.component;
      for (let y = 0; y < down; y++)
        for (let x = 0; x < across; x++)
          walk(part, (row * down + y) * stride + column * across + x);
    }
  }
}

type Part = Scan["parts"][number];
type Walk = (part: Part, block: number) => void;

function findWalk(bits: Bits, { isProgressive }: Frame, scan: Scan, run: { left: number }): Walk {
  if (!isProgressive) return (part) => walkWhole(bits, part);
  if (scan.first === 0) {
    return scan.high === 0
      ? ({ dc }) => void bits.read(bits.symbol(demand(dc)))
      : () => void bits.read(1);
  }
  return scan.high === 0
    ? (part, block) => walkFirst(bits, part, block, scan, run)
    : (part, block) => walkAgain(bits, part, block, scan, run);
}

function demand(table: Table | undefined): Table {
  if (!table) throw new RangeError("a table is missing");
  return table;
}

// ITU-T T.81, F.2.2.
function walkWhole(bits: Bits, { dc, ac }: Part) {
  bits.read(bits.symbol(demand(dc)));
  const table = demand(ac);
  for (let at = 1; at < 64; at++) {
    const symbol = bits.symbol(table);
    const size = symbol & 15;
    if (size === 0 && symbol < 0xf0) return;
    at += symbol >> 4;
    bits.read(size);
  }
}

function knownOf(component: Component): Uint8Array {
  component.known ??= new Uint8Array(component.stride * component.rows * 64);
  return component.known;
}

// ITU-T T.81, G.1.2.2.
function walkFirst(bits: Bits, part: Part, block: number, scan: Scan, run: { left: number }) {
  if (run.left > 0) {
    run.left--;
    return;
  }
  const known = knownOf(part.component);
  const table = demand(part.ac);
  for (let at = scan.first; at <= scan.last; at++) {
    const symbol = bits.symbol(table);
    const [zeros, size] = [symbol >> 4, symbol & 15];
    if (size === 0 && zeros < 15) {
      run.left = (1 << zeros) + bits.read(zeros) - 1;
      return;
    }
    at += zeros;
    if (size === 0) continue;
    bits.read(size);
    if (at < 64) known[block * 64 + at] = 1;
  }
}

// ITU-T T.81, G.1.2.3.
function walkAgain(bits: Bits, part: Part, block: number, scan: Scan, run: { left: number }) {
  const known = knownOf(part.component);
  const table = demand(part.ac);
  let at = scan.first;
  const correct = () => {
    if (known[block * 64 + at] === 1) bits.read(1);
  };
  while (run.left === 0 && at <= scan.last) {
    const symbol = bits.symbol(table);
    const isNew = (symbol & 15) !== 0;
    let zeros = symbol >> 4;
    if (isNew) bits.read(1);
    else if (zeros < 15) {
      run.left = (1 << zeros) + bits.read(zeros);
      break;
    }
    for (; at <= scan.last; at++) {
      if (known[block * 64 + at] === 1) bits.read(1);
      else if (--zeros < 0) break;
    }
    if (isNew && at <= scan.last) known[block * 64 + at] = 1;
    at++;
  }
  if (run.left === 0) return;
  for (; at <= scan.last; at++) correct();
  run.left--;
}
