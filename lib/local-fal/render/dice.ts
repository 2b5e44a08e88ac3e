export type Dice = (low: number, high: number) => number;

/** Random numbers that depend only on the words: FNV-1a for the seed, mulberry32 for the sequence. */
export function createDice(words: string): Dice {
  let seed = 0x811c9dc5;
  for (const byte of Buffer.from(words)) seed = Math.imul(seed ^ byte, 0x01000193);
  return (low, high) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return low + (((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * (high - low);
  };
}
