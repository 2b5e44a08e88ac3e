import { lightToPq, pqToLight } from "./curve";

/** The white of a page beside an HDR picture, in candela per square metre (ITU-R BT.2408, section 2.1). */
export const WHITE = 203;
/** The brightness that HDR pictures are made for. HLG's curve is defined for this screen. */
export const PEAK = 1000;

const top = lightToPq(PEAK / 10_000);
const highest = lightToPq(WHITE / 10_000) / top;
const knee = 1.5 * highest - 0.5;

/**
 * Compresses light of up to `PEAK` to the range of a page, 0 to 1. Dark and middle tones do not change, brighter ones
 * are compressed progressively (the EETF of ITU-R BT.2390, section 5.4.1, with black at 0).
 */
export function compress(candela: number): number {
  const value = Math.min(lightToPq(candela / 10_000) / top, 1);
  return (pqToLight((value < knee ? value : spline(value)) * top) * 10_000) / WHITE;
}

function spline(value: number): number {
  const t = (value - knee) / (1 - knee);
  return (
    (2 * t ** 3 - 3 * t ** 2 + 1) * knee +
    (t ** 3 - 2 * t ** 2 + t) * (1 - knee) +
    (-2 * t ** 3 + 3 * t ** 2) * highest
  );
}
