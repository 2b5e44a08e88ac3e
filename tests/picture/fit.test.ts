import { expect, test } from "vitest";
import {
  fitInside,
  isTooLong,
  largestPart,
  type Matrix,
  turnUpright,
  uprightSize,
} from "@/lib/picture/fit";

test.each([
  ["a phone's picture", { width: 4032, height: 3024 }, { width: 4032, height: 3024 }],
  ["a large one", { width: 12_000, height: 8000 }, { width: 4096, height: 2731 }],
  ["a large tall one", { width: 8000, height: 12_000 }, { width: 2731, height: 4096 }],
  ["a square", { width: 9000, height: 9000 }, { width: 4096, height: 4096 }],
])("fits %s into 4096 pixels", (_, size, fit) => {
  expect(fitInside(size, 4096)).toEqual(fit);
});

test("never exceeds 5:2 by rounding", () => {
  for (let height = 1640; height < 4000; height += 7) {
    expect(isTooLong(fitInside({ width: height * 2.5, height }, 4096))).toBe(false);
  }
});

test.each([
  [
    { width: 1000, height: 400 },
    { width: 1000, height: 400 },
  ],
  [
    { width: 1001, height: 400 },
    { width: 1000, height: 400 },
  ],
  [
    { width: 400, height: 1001 },
    { width: 400, height: 1000 },
  ],
  [
    { width: 6000, height: 333 },
    { width: 832, height: 333 },
  ],
])("crops %o to 5:2 at most", (size, part) => {
  expect(largestPart(size)).toEqual(part);
});

// The positions of the first stored pixel and of the pixel right of it in a picture of 40 by 30 after rotation.
test.each([
  [1, "top left", "right"],
  [2, "top right", "left"],
  [3, "bottom right", "left"],
  [4, "bottom left", "right"],
  [5, "top left", "down"],
  [6, "top right", "down"],
  [7, "bottom right", "up"],
  [8, "bottom left", "up"],
])("EXIF orientation %i begins %s and goes %s", (orientation, corner, way) => {
  const stored = orientation >= 5 ? { width: 30, height: 40 } : { width: 40, height: 30 };
  const upright = uprightSize(stored, orientation);
  expect(upright).toEqual({ width: 40, height: 30 });
  const matrix = turnUpright(orientation, upright);
  const [x, y] = place(matrix, 0.5, 0.5);
  const [nextX, nextY] = place(matrix, 1.5, 0.5);
  expect(`${y < 15 ? "top" : "bottom"} ${x < 20 ? "left" : "right"}`).toBe(corner);
  const ways: Record<string, string> = {
    "1,0": "right",
    "-1,0": "left",
    "0,1": "down",
    "0,-1": "up",
  };
  expect(ways[`${nextX - x},${nextY - y}`]).toBe(way);
});

function place([a, b, c, d, e, f]: Matrix, x: number, y: number): [number, number] {
  return [a * x + c * y + e, b * x + d * y + f];
}
