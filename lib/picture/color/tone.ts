import { lightToPq, pqToLight } from "./curve";

/** White of a page beside an HDR picture, in candela per square metre (ITU-R BT.2408, section 2.1). */
export const WHITE = 203;
/** How bright HDR pictures are made for; HLG's curve is given for this screen. */
export const PEAK = 1000;

const top = lightToPq(PEAK / 10_000);
const highest = lightToPq(WHITE / 10_000) / top;
const knee = 1.5 * highest - 0.5;

/**
 * Brings light of up to `PEAK` into what a page can show, from 0 to 1: dark and middle tones stay, what is brighter is
 * compressed more and more (the EETF of ITU-R BT.2390, section 5.4.1, with black at 0).
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
