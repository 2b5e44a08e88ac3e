import { expect, test } from "vitest";
import {
  type CameraMove,
  cameraMoves,
  hasMoves,
  isStill,
  movesAt,
  toggleMove,
} from "@/lib/browser/prompt/camera-moves";
import { planMotion } from "@/lib/local-fal/render/motion";

/** Toggles a move in a prompt in which "|" marks the cursor. */
function toggle(drawn: string, move: CameraMove) {
  const cursor = drawn.indexOf("|");
  const { prompt, cursor: at, outcome } = toggleMove(drawn.replace("|", ""), cursor, move);
  return [`${prompt.slice(0, at)}|${prompt.slice(at)}`, outcome];
}

test.each<[string, CameraMove, string]>([
  ["|", "Push in", "[Push in] |"],
  ["|the rocket leaves", "Push in", "[Push in] |the rocket leaves"],
  ["the rocket |leaves", "Shake", "the rocket [Shake] |leaves"],
  ["the rocket| leaves", "Shake", "the rocket [Shake] |leaves"],
  ["the rocket le|aves", "Shake", "the rocket [Shake] |leaves"],
  ["the rocket.|", "Zoom out", "the rocket. [Zoom out] |"],
  ["first\n|\nlast", "Tilt up", "first\n[Tilt up]|\nlast"],
  ["[aside] |word", "Push in", "[aside] [Push in] |word"],
  ["[as|ide] word", "Push in", "[aside] [Push in] |word"],
  ["an [unclosed thought|", "Push in", "an [unclosed thought [Push in] |"],
])("begins a bracket at the cursor of %s", (drawn, move, result) => {
  expect(toggle(drawn, move)).toEqual([result, "began"]);
});

test.each<[string, CameraMove, string]>([
  ["[Push in]|", "Pan right", "[Push in, Pan right] |"],
  ["[Push in] |", "Pan right", "[Push in, Pan right] |"],
  ["[Push in] |the rocket", "Pan right", "[Push in, Pan right] |the rocket"],
  ["[Pu|sh in] the rocket", "Pan right", "[Push in, Pan right] |the rocket"],
  ["[push  IN]|", "Pan right", "[Push in, Pan right] |"],
  ["[|] the rocket", "Pan right", "[Pan right] |the rocket"],
  ["[|", "Pan right", "[Pan right] |"],
  ["[Push in, |", "Pan right", "[Push in, Pan right] |"],
  ["[Push in, Pan right]|", "Shake", "[Push in, Pan right, Shake] |"],
])("joins the bracket at the cursor of %s", (drawn, move, result) => {
  expect(toggle(drawn, move)).toEqual([result, "joined"]);
});

test("starts a new bracket for a fourth move, because three can act together", () => {
  expect(toggle("[Push in, Pan right, Shake] |the rocket", "Tilt up")).toEqual([
    "[Push in, Pan right, Shake] [Tilt up] |the rocket",
    "began-after-full",
  ]);
});

test.each<[CameraMove, CameraMove]>([
  ["Pan left", "Pan right"],
  ["Push in", "Pull out"],
  ["Zoom out", "Zoom in"],
  ["Pedestal up", "Pedestal down"],
  ["Static shot", "Shake"],
  ["Tracking shot", "Static shot"],
])("does not put %s beside %s, which would undo it", (one, other) => {
  expect(toggle(`[${one}]|`, other)).toEqual([`[${one}] [${other}] |`, "began-after-conflict"]);
});

test.each<[string, CameraMove, string]>([
  ["[Push in, Pan right] |the rocket", "Push in", "[Pan right] |the rocket"],
  ["[Push in] |the rocket", "Push in", "|the rocket"],
  ["the [Push in]|", "Push in", "the |"],
])("removes a move from %s", (drawn, move, result) => {
  expect(toggle(drawn, move)).toEqual([result, "removed"]);
});

test("finds the moves of the bracket at the cursor, and none elsewhere", () => {
  const prompt = "[Push in, pan right] the rocket";
  expect(movesAt(prompt, 3)).toEqual(["Push in", "Pan right"]);
  expect(movesAt(prompt, prompt.length)).toEqual([]);
  expect(movesAt(prompt, 0)).toEqual([]);
});

test("tells commands from other words in brackets", () => {
  expect(hasMoves("the [push in] rocket")).toBe(true);
  expect(hasMoves("the [aside] rocket, push in [")).toBe(false);
});

test("offers the moves that the local renderer understands", () => {
  const understood = cameraMoves.map((name) => planMotion(`[${name}]`));
  expect(understood).toEqual(cameraMoves.map((name) => [[name.toLowerCase()]]));
});

test.each([
  ["[Static shot]", true],
  ["[static  shot] They wave", true],
  ["A static shot of steam", true],
  ["[Static shot, Shake]", false],
  ["[Static shot] [Push in]", false],
  ["[Push in] a static shot", false],
  ["Steam rises", false],
  ["", false],
])("tells whether %j asks for no motion", (prompt, isIt) => {
  expect(isStill(prompt)).toBe(isIt);
});
