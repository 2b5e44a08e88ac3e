import { describe, expect, test } from "vitest";
import { planPath } from "../../lib/local-fal/render/camera.ts";
import { showsOnlyPicture, toView } from "../../lib/local-fal/render/lens.ts";
import { planMotion } from "../../lib/local-fal/render/motion.ts";
import { planVariation } from "../../lib/local-fal/render/variation.ts";

const commands = [
  "Truck left",
  "Truck right",
  "Pan left",
  "Pan right",
  "Push in",
  "Pull out",
  "Pedestal up",
  "Pedestal down",
  "Tilt up",
  "Tilt down",
  "Zoom in",
  "Zoom out",
  "Shake",
  "Tracking shot",
  "Static shot",
];

const frame = { width: 1280, height: 720 };

describe("planMotion", () => {
  test.each(commands)("knows the command [%s]", (command) => {
    expect(planMotion(`A rocket. [${command}]`)).toEqual([[command.toLowerCase()]]);
  });

  test.each([
    ["[PAN LEFT]", [["pan left"]]],
    ["[ pan   left ]", [["pan left"]]],
    ["[Truck left, Pan right, Zoom in]", [["truck left", "pan right", "zoom in"]]],
    ["[Push in] a door opens [Tilt up]", [["push in"], ["tilt up"]]],
    ["[Push in, Dance] [Sing]", [["push in"]]],
    ["[Push in] and the camera pans left", [["push in"]]],
    ["[Pan left, pan left]", [["pan left"]]],
  ])("reads the brackets of %j", (prompt, motion) => {
    expect(planMotion(prompt)).toEqual(motion);
  });

  test.each([
    ["The camera pans slowly to the left", [["pan left"]]],
    ["panning right over the bay", [["pan right"]]],
    ["slow zoom in on the cup", [["zoom in"]]],
    ["The camera zooms out", [["zoom out"]]],
    ["dolly in", [["push in"]]],
    ["pull back to show the room", [["pull out"]]],
    ["the camera moves to the right", [["truck right"]]],
    ["tilt up to the sky", [["tilt up"]]],
    ["crane down", [["pedestal down"]]],
    ["the camera rises", [["pedestal up"]]],
    ["handheld, nervous", [["shake"]]],
    ["a tracking shot of a runner", [["tracking shot"]]],
    ["static shot of steam rising", [["static shot"]]],
    ["the camera pans left while zooming in", [["pan left", "zoom in"]]],
    ["the camera pans left, then zooms in", [["pan left"], ["zoom in"]]],
  ])("reads plain words: %s", (prompt, motion) => {
    expect(planMotion(prompt)).toEqual(motion);
  });

  test.each([
    "",
    "Steam rises from the cup",
    "A red truck turns left",
    "no zoom in",
    "[Dance]",
    "Japan left",
  ])("pushes in gently when no move is asked for: %j", (prompt) => {
    expect(planMotion(prompt)).toEqual([["gentle push in"]]);
  });
});

describe("the camera's path", () => {
  const path = (prompt: string, size = frame, seed?: number) => {
    const { motion, variation } = planVariation(seed, planMotion(prompt));
    return planPath(motion, { frames: 141, framesPerSecond: 25, size, variation });
  };
  const views = (prompt: string, size = frame, seed?: number) =>
    path(prompt, size, seed).map((pose) => toView(pose, size));

  test.each([...commands, "Truck left, Pan left, Shake"])(
    "begins with the whole picture for [%s]",
    (command) => {
      const [first = []] = views(`[${command}]`);
      for (const [n, value] of [1, 0, 0, 0, 1, 0, 0, 0, 1].entries()) {
        expect(first[n]).toBeCloseTo(value, 9);
      }
    },
  );

  test("is another one for every command", () => {
    const paths = commands.map((command) => JSON.stringify(views(`[${command}]`)));
    expect(new Set(paths).size).toBe(commands.length);
  });

  test.each(["Pull out", "Zoom out"])(
    "comes close before it shows the whole picture: [%s]",
    (command) => {
      const zooms = path(`[${command}]`).map(({ zoom }) => zoom);
      const closest = zooms.indexOf(Math.max(...zooms));
      expect(zooms[closest]).toBeGreaterThan(0.2);
      expect(closest).toBeLessThan(zooms.length / 2);
      expect(zooms.at(-1)).toBeCloseTo(0, 6);
    },
  );

  test("pulls out at once when it is close already", () => {
    const zooms = path("[Zoom in] [Pull out]").map(({ zoom }) => zoom);
    expect(zooms.indexOf(Math.max(...zooms))).toBe(70);
  });

  test.each(commands.filter((command) => !/Shake|Tracking/.test(command)))(
    "moves without a jerk for [%s]",
    (command) => {
      const places = views(`[${command}]`).map((view) => view[2]);
      const speeds = places.slice(1).map((place, n) => place - (places[n] ?? 0));
      const jerks = speeds.slice(1).map((speed, n) => Math.abs(speed - (speeds[n] ?? 0)));
      expect(Math.max(...jerks)).toBeLessThan(1);
    },
  );

  test("returns to the whole picture when one shot reverses another", () => {
    const last = path("[Pan left] [Pan right]").at(-1);
    for (const value of Object.values(last ?? {})) expect(value).toBeCloseTo(0, 6);
  });

  const restless = [
    ...commands.map((command) => `[${command}]`),
    "",
    "[Truck left] [Truck left] [Truck left]",
    "[Pull out, Zoom out, Pan left, Tilt up]",
    "[Zoom out] [Pan right, Shake] [Zoom out]",
    "[Truck left, Pan left, Pedestal up, Tilt up, Shake]",
    "[Truck left] [Truck right] [Pull out]",
  ];
  test.each(restless)("never leaves the picture: %s", (prompt) => {
    for (const size of [frame, { width: 720, height: 1280 }, { width: 1280, height: 512 }]) {
      for (const seed of [undefined, 1, 2, 3]) {
        const beyond = views(prompt, size, seed).filter((view) => !showsOnlyPicture(view, size));
        expect(beyond).toEqual([]);
      }
    }
  });

  test.each(["", "[Push in]", "[Pull out]", "[Truck left]", "[Shake]"])(
    "is another one for another seed, and the same for the same: %j",
    (prompt) => {
      const taken = [1, 2, 3, 4].map((seed) => JSON.stringify(views(prompt, frame, seed)));
      expect(new Set(taken).size).toBe(4);
      expect(JSON.stringify(views(prompt, frame, 3))).toBe(taken[2]);
    },
  );

  test("stays still for a static shot, whatever the seed", () => {
    for (const { zoom, truck } of path("[Static shot]", frame, 7))
      expect([zoom, truck]).toEqual([0, 0]);
  });
});
