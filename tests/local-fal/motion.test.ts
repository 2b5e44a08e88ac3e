import { describe, expect, test } from "vitest";
import { planPath } from "../../lib/local-fal/render/camera.ts";
import { findReach, toView } from "../../lib/local-fal/render/lens.ts";
import { planMotion } from "../../lib/local-fal/render/motion.ts";

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
  const path = (prompt: string) => planPath(planMotion(prompt), 141, 25);
  const views = (prompt: string) => path(prompt).map((pose) => toView(pose, frame));

  test.each([...commands, "Truck left, Pan left, Shake"])(
    "begins with the whole picture for [%s]",
    (command) => {
      const [first = []] = views(`[${command}]`);
      for (const [n, value] of [1, 0, 0, 0, 1, 0, 0, 0, 1].entries()) {
        expect(first[n]).toBeCloseTo(value, 9);
      }
    },
  );

  test("ends differently for every command", () => {
    const ends = commands.map((command) =>
      views(`[${command}]`)
        .at(-1)
        ?.map((value) => value.toFixed(4))
        .join(),
    );
    expect(new Set(ends).size).toBe(commands.length);
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

  test.each([
    "[Truck left] [Truck left] [Truck left]",
    "[Pull out, Zoom out, Pan left, Tilt up]",
    "[Zoom out] [Zoom out] [Zoom out] [Zoom out]",
  ])("never moves far beyond the picture: %s", (prompt) => {
    const reach = findReach(views(prompt), frame);
    expect(reach.x).toBeLessThan(frame.width * 0.3);
    expect(reach.y).toBeLessThan(frame.height * 0.4);
  });
});
