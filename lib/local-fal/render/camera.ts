import type { Motion, Move } from "./motion.ts";

/**
 * The position of the camera. Displacements are fractions of the picture's side. `pan` and `tilt` are the displacement
 * of the line of sight on the picture, `zoom` is a natural logarithm, `roll` is in radians.
 */
export type Pose = {
  truck: number;
  pedestal: number;
  pan: number;
  tilt: number;
  zoom: number;
  roll: number;
};

type Target = Omit<Pose, "roll"> & { unrest: number };

const still: Target = { truck: 0, pedestal: 0, pan: 0, tilt: 0, zoom: 0, unrest: 0 };

const targets: Record<Move, Partial<Target>> = {
  "truck left": { truck: -0.115 },
  "truck right": { truck: 0.115 },
  "pan left": { pan: -0.11 },
  "pan right": { pan: 0.11 },
  "pedestal up": { pedestal: -0.115 },
  "pedestal down": { pedestal: 0.115 },
  "tilt up": { tilt: -0.11 },
  "tilt down": { tilt: 0.11 },
  "push in": { zoom: Math.log(1.25) },
  "pull out": { zoom: -Math.log(1.2) },
  "zoom in": { zoom: Math.log(1.5) },
  "zoom out": { zoom: -Math.log(1.34) },
  shake: { unrest: 1 },
  "tracking shot": { truck: 0.09, zoom: Math.log(1.18), unrest: 0.18 },
  "static shot": {},
  "gentle push in": { zoom: Math.log(1.13) },
};

const MAX_SHIFT = 0.15;
const MAX_ZOOM = Math.log(1.8);
const MIN_ZOOM = -Math.log(1.4);
const SHAKE_SHIFT = 0.009;
const SHAKE_ROLL = 0.006;

/** Returns the camera's pose at each frame. The first pose always shows the whole picture, unmoved. */
export function planPath(motion: Motion, frames: number, framesPerSecond: number): Pose[] {
  const stops = planStops(motion);
  return Array.from({ length: frames }, (_, frame) => {
    const place = (frame / (frames - 1)) * motion.length;
    const shot = Math.min(Math.floor(place), motion.length - 1);
    const from = stops[shot] ?? still;
    const to = stops[shot + 1] ?? from;
    return settle(blend(from, to, ease(place - shot)), frame / framesPerSecond);
  });
}

function planStops(motion: Motion): Target[] {
  // If several shots divide the time, each moves less far, so that none is hurried.
  const reach = 1 / Math.sqrt(motion.length);
  const stops = [still];
  for (const moves of motion) {
    const stop = { ...(stops.at(-1) ?? still), unrest: 0 };
    for (const move of moves) {
      for (const [channel, amount = 0] of Object.entries(targets[move]) as [
        keyof Target,
        number,
      ][]) {
        stop[channel] += channel === "unrest" ? amount : amount * reach;
      }
    }
    stops.push(limit(stop));
  }
  return stops;
}

function limit({ truck, pedestal, pan, tilt, zoom, unrest }: Target): Target {
  const shift = (value: number) => clamp(value, -MAX_SHIFT, MAX_SHIFT);
  return {
    truck: shift(truck),
    pedestal: shift(pedestal),
    pan: shift(pan),
    tilt: shift(tilt),
    zoom: clamp(zoom, MIN_ZOOM, MAX_ZOOM),
    unrest: Math.min(unrest, 1),
  };
}

function blend(from: Target, to: Target, t: number): Target {
  const mix = (channel: keyof Target) => from[channel] + (to[channel] - from[channel]) * t;
  return {
    truck: mix("truck"),
    pedestal: mix("pedestal"),
    pan: mix("pan"),
    tilt: mix("tilt"),
    zoom: mix("zoom"),
    // The shake reaches its full strength early: if it grew during the whole shot, viewers would notice it only at the
    // end.
    unrest: from.unrest + (to.unrest - from.unrest) * Math.min(1, t * 6),
  };
}

function settle({ unrest, ...target }: Target, seconds: number): Pose {
  const truck = target.truck + unrest * SHAKE_SHIFT * wobble(seconds, 0.3);
  const pedestal = target.pedestal + unrest * SHAKE_SHIFT * wobble(seconds, 2.1);
  const moved = Math.hypot(target.truck, target.pedestal, target.pan, target.tilt);
  // Zooms in while moving aside, so that little of the area beyond the picture's edge is visible.
  const headroom = -Math.log(1 - 1.75 * smoothAbs(moved)) + 3.2 * SHAKE_SHIFT * unrest;
  const zoom = target.zoom > 0 ? Math.hypot(target.zoom, headroom) : target.zoom + headroom;
  return { ...target, truck, pedestal, zoom, roll: unrest * SHAKE_ROLL * wobble(seconds, 4.4) };
}

// The frequencies (in Hz) have no common multiple, so the movement of the hand never repeats.
function wobble(seconds: number, phase: number): number {
  const wave = (hertz: number, shift: number) =>
    Math.sin(2 * Math.PI * hertz * seconds + shift * phase);
  return 0.5 * wave(1.7, 1) + 0.35 * wave(3.1, 2.3) + 0.25 * wave(5.3, 3.7);
}

/** Constant speed in the middle and ramps at both ends, as a dolly moves. */
function ease(t: number): number {
  const ramp = 0.35;
  const speed = 1 / (1 - ramp);
  if (t < ramp) return (speed * t * t) / (2 * ramp);
  if (t > 1 - ramp) return 1 - (speed * (1 - t) ** 2) / (2 * ramp);
  return speed * (t - ramp / 2);
}

// An absolute value without a corner at zero: a move that reverses would jerk there.
function smoothAbs(value: number): number {
  return Math.hypot(value, 0.02) - 0.02;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
