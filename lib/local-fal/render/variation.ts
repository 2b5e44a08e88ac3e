import { createDice, type Dice } from "./dice.ts";
import type { Motion, Move } from "./motion.ts";

/** How one video of the same words differs from another. Displacements are fractions of the picture's side. */
export type Variation = {
  /** A factor for how far the camera goes. */
  reach: number;
  /** Where the camera drifts while it moves. */
  drift: { truck: number; pedestal: number };
  /** Shifts the movement of the hand, in radians. */
  phase: number;
};

/** Without a seed: exactly what the words say. */
export const plainVariation: Variation = { reach: 1, drift: { truck: 0, pedestal: 0 }, phase: 0 };

// What the camera may do when the words do not say it.
const unasked: Move[] = [
  "gentle push in",
  "gentle truck left",
  "gentle truck right",
  "gentle rise",
  "gentle fall",
];

/** The same seed always gives the same variation. */
export function planVariation(
  seed: number | undefined,
  motion: Motion,
): { motion: Motion; variation: Variation } {
  if (seed === undefined) return { motion, variation: plainVariation };
  const roll = createDice(`variation ${seed}`);
  const isUnasked = motion.flat().every((move) => move === "gentle push in");
  const move = unasked[Math.floor(roll(0, unasked.length))] ?? "gentle push in";
  const variation = {
    reach: roll(0.9, 1.25),
    drift: { truck: rollAside(roll), pedestal: rollAside(roll) },
    phase: roll(0, 2 * Math.PI),
  };
  return { motion: isUnasked ? [[move]] : motion, variation };
}

/** Far enough to be seen, to either side. */
function rollAside(roll: Dice): number {
  const distance = roll(0.015, 0.045);
  return roll(-1, 1) < 0 ? -distance : distance;
}
