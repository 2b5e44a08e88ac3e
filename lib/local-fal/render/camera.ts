import { type Pose, type Size, showsOnlyPicture, toView } from "./lens.ts";
import type { Motion, Move } from "./motion.ts";
import { plainVariation, type Variation } from "./variation.ts";

type Target = Omit<Pose, "roll"> & { unrest: number };

/** Where the camera stands between two movements. `room` is how far it must be zoomed in to see only the picture. */
type Stop = Target & { room: number };

/** One movement. `start` and `length` are in shots. */
type Leg = { from: Stop; to: Stop; start: number; length: number };

type PathOptions = { frames: number; framesPerSecond: number; size: Size; variation?: Variation };

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
  "pull out": { zoom: -Math.log(1.3) },
  "zoom in": { zoom: Math.log(1.5) },
  "zoom out": { zoom: -Math.log(1.5) },
  shake: { unrest: 1 },
  "tracking shot": { truck: 0.09, zoom: Math.log(1.18), unrest: 0.18 },
  "static shot": {},
  "gentle push in": { zoom: Math.log(1.13) },
  "gentle truck left": { truck: -0.05, zoom: Math.log(1.06) },
  "gentle truck right": { truck: 0.05, zoom: Math.log(1.06) },
  "gentle rise": { pedestal: -0.05, zoom: Math.log(1.06) },
  "gentle fall": { pedestal: 0.05, zoom: Math.log(1.06) },
};

const MAX_SHIFT = 0.15;
const MAX_ZOOM = Math.log(1.8);
const SHAKE_SHIFT = 0.009;
const SHAKE_ROLL = 0.006;
/** The largest value of `wobble`. */
const MAX_WOBBLE = 1.1;
/** How much of a shot the camera needs to come close, if it then has to pull out. */
const APPROACH = 0.3;

/**
 * Returns the camera's pose at each frame. The first pose always shows the whole picture, unmoved, and no pose shows
 * anything beyond it: there is nothing there that could be shown.
 */
export function planPath(motion: Motion, options: PathOptions): Pose[] {
  const { frames, framesPerSecond, size, variation = plainVariation } = options;
  const legs = planLegs(motion, variation, size);
  return Array.from({ length: frames }, (_, frame) => {
    const at = (frame / (frames - 1)) * motion.length;
    const leg = legs.findLast(({ start }) => start <= at) ?? legs[0];
    const place = Math.min((at - leg.start) / leg.length, 1);
    return settle(blend(leg, place), frame / framesPerSecond, variation.phase, size);
  });
}

function planLegs(motion: Motion, variation: Variation, size: Size): [Leg, ...Leg[]] {
  // If several shots divide the time, each moves less far, so that none is hurried.
  const reach = variation.reach / Math.sqrt(motion.length);
  const legs: Leg[] = [];
  let from = toStop(still, size);
  let start = 0;
  const moveTo = (target: Target, length: number) => {
    const to = toStop(target, size);
    legs.push({ from, to, start, length });
    from = to;
    start += length;
  };
  for (const moves of motion) {
    const isStatic = moves.every((move) => move === "static shot");
    const { truck, pedestal } = isStatic ? plainVariation.drift : variation.drift;
    const target = addMoves(from, moves, reach);
    const missing = -target.zoom;
    if (missing <= 0) {
      moveTo({ ...target, truck: target.truck + truck, pedestal: target.pedestal + pedestal }, 1);
      continue;
    }
    // The whole picture is the widest view that there is. The camera comes close first, and then it can pull out.
    const { zoom, ...close } = from;
    moveTo(
      {
        ...close,
        zoom: zoom + missing,
        truck: close.truck + truck,
        pedestal: close.pedestal + pedestal,
      },
      APPROACH,
    );
    moveTo({ ...target, zoom: 0 }, 1 - APPROACH);
  }
  return legs as [Leg, ...Leg[]];
}

function addMoves(from: Target, moves: readonly Move[], reach: number): Target {
  const target = { ...from, unrest: 0 };
  for (const move of moves) {
    for (const [channel, amount = 0] of Object.entries(targets[move]) as [keyof Target, number][]) {
      target[channel] += channel === "unrest" ? amount : amount * reach;
    }
  }
  return target;
}

function toStop({ truck, pedestal, pan, tilt, zoom, unrest }: Target, size: Size): Stop {
  const shift = (value: number) => clamp(value, -MAX_SHIFT, MAX_SHIFT);
  const target = {
    truck: shift(truck),
    pedestal: shift(pedestal),
    pan: shift(pan),
    tilt: shift(tilt),
    zoom: clamp(zoom, 0, MAX_ZOOM),
    unrest: Math.min(unrest, 1),
  };
  return { ...target, room: findRoom(target, size) };
}

function blend({ from, to }: Leg, place: number): Stop {
  const t = ease(place);
  const mix = (channel: keyof Stop) => from[channel] + (to[channel] - from[channel]) * t;
  return {
    truck: mix("truck"),
    pedestal: mix("pedestal"),
    pan: mix("pan"),
    tilt: mix("tilt"),
    zoom: mix("zoom"),
    // The shake reaches its full strength early: if it grew during the whole shot, viewers would notice it only at the
    // end.
    unrest: from.unrest + (to.unrest - from.unrest) * Math.min(1, t * 6),
    room: blendRoom(from.room, to.room, place),
  };
}

// The camera gets its room before it moves aside and gives it up after it has come back. If it zoomed and moved at the
// same time, one edge would stand still, and the move would look like a zoom into a corner.
function blendRoom(from: number, to: number, place: number): number {
  const early = smooth(Math.min(1, 2 * place));
  const late = smooth(Math.max(0, 2 * place - 1));
  return from + (to - from) * (to > from ? early : late);
}

function settle(stop: Stop, seconds: number, phase: number, size: Size): Pose {
  const { unrest, room, ...target } = stop;
  const truck = target.truck + unrest * SHAKE_SHIFT * wobble(seconds, 0.3 + phase);
  const pedestal = target.pedestal + unrest * SHAKE_SHIFT * wobble(seconds, 2.1 + phase);
  const roll = unrest * SHAKE_ROLL * wobble(seconds, 4.4 + phase);
  const zoom = Math.max(Math.hypot(target.zoom, room), findRoom(stop, size));
  return { ...target, truck, pedestal, zoom, roll };
}

/** The smallest zoom at which the camera sees only the picture, wherever the hand shakes it. */
function findRoom({ unrest, ...target }: Target, size: Size): number {
  const shift = unrest * SHAKE_SHIFT * MAX_WOBBLE;
  const turn = unrest * SHAKE_ROLL * MAX_WOBBLE;
  const signs = unrest === 0 ? [0] : [-1, 1];
  const poses = signs.flatMap((x) =>
    signs.flatMap((y) =>
      signs.map((z) => ({
        ...target,
        truck: target.truck + x * shift,
        pedestal: target.pedestal + y * shift,
        roll: z * turn,
      })),
    ),
  );
  const isEnough = (zoom: number) =>
    poses.every((pose) => showsOnlyPicture(toView({ ...pose, zoom }, size), size));
  if (isEnough(0)) return 0;
  let [low, high] = [0, 3];
  while (high - low > 1e-5) {
    const middle = (low + high) / 2;
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  return high;
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

/** From 0 to 1 with a soft start and a soft end. */
function smooth(t: number): number {
  return t * t * (3 - 2 * t);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
