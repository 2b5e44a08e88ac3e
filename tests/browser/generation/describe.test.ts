import { expect, test } from "vitest";
import {
  describeKeeping,
  describeUsual,
  describeUsualHere,
  nameOrdinal,
} from "@/lib/browser/generation/describe";
import { readProgress } from "@/lib/browser/generation/progress";
import type { Generation } from "@/lib/generation";
import { messagesOf } from "@/lib/messages";
import { captionOf, formatBytes, formatClock } from "@/lib/messages/format";
import { imageToVideo } from "@/lib/models";

const en = messagesOf("en");
const zh = messagesOf("zh");

test.each([
  [1, "1st"],
  [2, "2nd"],
  [3, "3rd"],
  [4, "4th"],
  [11, "11th"],
  [21, "21st"],
  [112, "112th"],
])("writes %i as %s", (number, words) => {
  expect(nameOrdinal(number, en)).toBe(words);
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

test("writes places in line and the usual duration in each language", () => {
  const offer = (from: number, to: number) => ({ ...imageToVideo, usualSeconds: { from, to } });
  const here = { medianSeconds: 42, slowSeconds: 170 };
  expect(nameOrdinal(2, zh)).toBe("第 2 位");
  expect(describeUsual(offer(5, 20), "fal", en)).toBe("usually 5 to 20 seconds");
  expect(describeUsual(offer(120, 300), "fal", en)).toBe("usually 2 to 5 minutes");
  expect(describeUsual(offer(120, 300), "fal", zh)).toBe("通常 2 到 5 分钟");
  expect(describeUsual(offer(120, 300), "local", en)).toBeUndefined();
  expect(describeUsualHere(here, en)).toBe("usually about 42 seconds, 9 of 10 within 3 minutes");
  expect(describeUsualHere(here, zh)).toBe("通常约 42 秒，九成在 3 分钟内完成");
});

test("writes sizes with the usual units", () => {
  expect([formatBytes(120), formatBytes(59_750), formatBytes(20_971_520)]).toEqual([
    "1 kB",
    "60 kB",
    "21.0 MB",
  ]);
});

test("captions a prompt without its camera moves", () => {
  expect(captionOf("[Push in] the  cat [Shake] blinks")).toBe("the cat blinks");
});

test("removes characters that reverse or hide text from a caption", () => {
  const controls = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069";
  for (const control of [...controls, "\u0000", "\u0007", "\u007f", "\u0085"])
    expect(captionOf(`my ${control}4pm.exe`), `U+${control.codePointAt(0)?.toString(16)}`).toBe(
      "my 4pm.exe",
    );
  expect(captionOf(controls)).toBe("");
  // Characters that join letters and pictures do not change the direction, so they stay.
  expect(captionOf("می\u200cخواهم 👩\u200d🚀")).toBe("می\u200cخواهم 👩\u200d🚀");
});

test.each([
  ["a zero-width space", "\u200b\u2060"],
  ["a soft hyphen", "\u00ad"],
  ["a Hangul filler", "\u3164 \u115f"],
])("has no caption for a prompt that shows nothing: %s", (_, prompt) => {
  expect(captionOf(prompt)).toBe("");
  expect(captionOf(`${prompt} rocket`)).toMatch(/rocket$/);
});

test("reads progress from the last log line that counts frames, and reports none otherwise", () => {
  const log = (...messages: string[]) =>
    messages.map((message) => ({ at: "2026-01-01T00:00:00Z", message }));
  expect(
    readProgress(log("Rendered 25 of 141 frames", "Rendered 50 of 141 frames", "warming up")),
  ).toBeCloseTo(50 / 141);
  expect(readProgress(log("Reading the picture: 640 x 427"))).toBeUndefined();
  expect(readProgress([])).toBeUndefined();
});

test("says when a video goes, and that a star keeps it", () => {
  const done = { status: "done", removesAt: "2026-12-03T12:00:00.000Z" } as Generation;
  expect(describeKeeping(done, en)).toBe("Goes on Dec 3. A star keeps it");
  expect(describeKeeping({ ...done, isStarred: true }, en)).toMatch(/Dec 3: this server is full/);
  expect(describeKeeping(done, zh)).toContain("12月3日");
  expect(describeKeeping({ ...done, removesAt: undefined }, en)).toBe("Kept on this server");
});
