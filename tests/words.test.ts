import { expect, test } from "vitest";
import {
  captionOf,
  formatBytes,
  formatClock,
  formatOrdinal,
  formatUsual,
  toFileName,
} from "@/lib/format";
import { readProgress } from "@/lib/progress";

test.each([
  [1, "1st"],
  [2, "2nd"],
  [3, "3rd"],
  [4, "4th"],
  [11, "11th"],
  [21, "21st"],
  [112, "112th"],
])("writes %i as %s", (number, words) => {
  expect(formatOrdinal(number)).toBe(words);
});

test.each([
  [0, "0:00"],
  [59_999, "0:59"],
  [72_000, "1:12"],
  [3_600_000, "60:00"],
  [-5, "0:00"],
])("writes %i milliseconds as %s", (milliseconds, clock) => {
  expect(formatClock(milliseconds)).toBe(clock);
});

test("writes sizes and usual times as people say them", () => {
  expect([formatBytes(120), formatBytes(59_750), formatBytes(20_971_520)]).toEqual([
    "1 kB",
    "60 kB",
    "21.0 MB",
  ]);
  expect([formatUsual({ from: 5, to: 20 }), formatUsual({ from: 120, to: 300 })]).toEqual([
    "5 to 20 seconds",
    "2 to 5 minutes",
  ]);
});

test.each([
  ["[Push in, Pan right] the rocket leaves the pad", "the-rocket-leaves-the-pad.mp4"],
  ["../../etc/passwd", "etc-passwd.mp4"],
  ["火箭 升空", "火箭-升空.mp4"],
  ["[Push in]", "push-in.mp4"],
  ["!!!", "firstframe.mp4"],
])("names the file of %s", (prompt, name) => {
  expect(toFileName(prompt)).toBe(name);
});

test("captions a prompt without its camera moves", () => {
  expect(captionOf("[Push in] the  cat [Shake] blinks")).toBe("the cat blinks");
});

test("reads progress from the last line that counts frames, and claims none otherwise", () => {
  const log = (...messages: string[]) =>
    messages.map((message) => ({ at: "2026-01-01T00:00:00Z", message }));
  expect(
    readProgress(log("Rendered 25 of 141 frames", "Rendered 50 of 141 frames", "warming up")),
  ).toBeCloseTo(50 / 141);
  expect(readProgress(log("Reading the picture: 640 x 427"))).toBeUndefined();
  expect(readProgress([])).toBeUndefined();
});
