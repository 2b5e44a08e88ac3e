const FAST_BITS = 9;

/** A Huffman table. `fast` contains length and symbol of the short codes; the other fields find the long ones. */
export type Table = {
  fast: Uint16Array;
  symbols: Uint8Array;
  /** For each length: the highest code, or -1, and the distance from a code to its symbol. */
  highest: Int32Array;
  offset: Int32Array;
};

/** The data ended early: a marker or the end of the file came instead. */
export class ShortData extends Error {
  override name = "ShortData";
}

/** A code that is not in the table, which happens in a file that was damaged in transit. */
export class StrangeCode extends Error {
  override name = "StrangeCode";
}

export function makeTable(counts: Uint8Array, symbols: Uint8Array): Table {
  const fast = new Uint16Array(1 << FAST_BITS);
  const [highest, offset] = [new Int32Array(17).fill(-1), new Int32Array(17)];
  let [code, place] = [0, 0];
  for (let length = 1; length <= 16; length++) {
    const count = counts[length - 1] ?? 0;
    offset[length] = place - code;
    for (let n = 0; n < count; n++, code++, place++) {
      if (length > FAST_BITS) continue;
      const spare = FAST_BITS - length;
      fast.fill((length << 8) | (symbols[place] ?? 0), code << spare, (code + 1) << spare);
    }
    if (count > 0) highest[length] = code - 1;
    code <<= 1;
  }
  return { fast, symbols, highest, offset };
}

/** Reads the bits of a scan, in which a zero follows each 0xff. */
export class Bits {
  at: number;
  #bytes: Uint8Array;
  #buffer = 0;
  #count = 0;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  /** Reads up to 16 bits. */
  read(count: number): number {
    if (count === 0) return 0;
    if (this.#count < count) this.#fill();
    if (this.#count < count) throw new ShortData();
    this.#count -= count;
    return (this.#buffer >>> this.#count) & ((1 << count) - 1);
  }

  symbol({ fast, symbols, highest, offset }: Table): number {
    if (this.#count < 16) this.#fill();
    const missing = FAST_BITS - this.#count;
    const peek = missing > 0 ? this.#buffer << missing : this.#buffer >>> -missing;
    const found = fast[peek & ((1 << FAST_BITS) - 1)] as number;
    const length = found >> 8;
    if (length > 0) {
      if (length > this.#count) throw new ShortData();
      this.#count -= length;
      return found & 255;
    }
    let code = this.read(FAST_BITS);
    for (let long = FAST_BITS + 1; long <= 16; long++) {
      code = (code << 1) | this.read(1);
      const top = highest[long] as number;
      if (top >= 0 && code <= top) return symbols[code + (offset[long] as number)] as number;
    }
    throw new StrangeCode();
  }

  /** Skips the rest of the byte, and a restart marker if one follows. */
  restart(): void {
    this.align();
    const bytes = this.#bytes;
    let at = this.at;
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++;
    const marker = bytes[at + 1] ?? 0;
    if (bytes[at] === 0xff && marker >= 0xd0 && marker <= 0xd7) this.at = at + 2;
  }

  /** Returns to the first byte that has not been read at all. */
  align(): void {
    for (let spare = this.#count >> 3; spare > 0; spare--) {
      this.at -= this.#bytes[this.at - 1] === 0 && this.#bytes[this.at - 2] === 0xff ? 2 : 1;
    }
    this.#count = 0;
  }

  #fill(): void {
    while (this.#count <= 16) {
      const byte = this.#bytes[this.at];
      if (byte === undefined) return;
      if (byte === 0xff) {
        if (this.#bytes[this.at + 1] !== 0) return;
        this.at++;
      }
      this.at++;
      this.#buffer = ((this.#buffer << 8) | byte) & 0xffffff;
      this.#count += 8;
    }
  }
}
