import { readFile } from "node:fs/promises";
import Color from "colorjs.io";
import sharp from "sharp";
import { expect, test } from "vitest";
import { convertToSrgb, isPlain } from "@/lib/picture/color/convert";
import { encodingOf, readProfile } from "@/lib/picture/color/icc";
import { readColor } from "@/lib/picture/color/read";
import { compress } from "@/lib/picture/color/tone";
import { quarters } from "../e2e/test-pictures.ts";

const samples = [0, 30, 64, 110, 150, 200, 255].flatMap((r) =>
  [0, 50, 128, 190, 255].flatMap((g) => [0, 40, 127, 220, 255].map((b) => [r, g, b] as const)),
);

test.each([
  ["Display P3", 12, 13, "p3"],
  ["sRGB", 1, 13, "srgb"],
  ["linear sRGB", 1, 8, "srgb-linear"],
  ["linear BT.2020", 9, 8, "rec2020-linear"],
])("converts %s to plain sRGB like colorjs", (_, primaries, transfer, space) => {
  const encoding = encodingOf(primaries, transfer);
  if (!encoding) throw new Error("not known");
  for (const sample of samples) {
    const pixels = Uint8Array.from(sample);
    convertToSrgb(pixels, 3, encoding);
    const judged = new Color(
      space,
      sample.map((value) => value / 255) as [number, number, number],
    ).to("srgb");
    const wanted = judged.coords.map((value) =>
      Math.round(255 * Math.min(Math.max(Number(value), 0), 1)),
    );
    for (const [at, value] of wanted.entries())
      expect(Math.abs(value - (pixels[at] ?? 0)), `${sample}`).toBeLessThanOrEqual(1);
  }
});

test("reads PQ like colorjs, as far as a page can show it", () => {
  const encoding = encodingOf(9, 16);
  if (!encoding) throw new Error("not known");
  // Nothing below the knee is compressed.
  for (const sample of [
    [100, 90, 80],
    [60, 100, 90],
    [110, 110, 110],
  ] as const) {
    const pixels = Uint8Array.from(sample);
    convertToSrgb(pixels, 3, encoding);
    const judged = new Color(
      "rec2100pq",
      sample.map((value) => value / 255) as [number, number, number],
    ).to("srgb");
    for (const [at, value] of judged.coords.entries())
      expect(Math.abs(255 * Math.max(Number(value), 0) - (pixels[at] ?? 0))).toBeLessThanOrEqual(1);
  }
});

test("compresses light beyond a page's white smoothly, and up to white", () => {
  const steps = Array.from({ length: 1001 }, (_, candela) => compress(candela));
  for (const [at, value] of steps.entries())
    if (at > 0) expect(value).toBeGreaterThan(steps[at - 1] ?? 0);
  expect(compress(0)).toBe(0);
  expect(compress(60)).toBeCloseTo(60 / 203, 4);
  expect(compress(1000)).toBeCloseTo(1, 4);
  expect(compress(4000)).toBeCloseTo(1, 4);
});

test("recognises Display P3 in a profile, and needs no conversion for sRGB", async () => {
  const [p3, srgb] = await Promise.all(
    ["p3", "srgb"].map(async (name) => {
      const { icc } = await sharp(
        await quarters().withIccProfile(name).png().toBuffer(),
      ).metadata();
      return icc && readProfile(icc);
    }),
  );
  expect(p3).toMatchObject({ space: "RGB ", isPlain: false });
  expect(srgb).toMatchObject({ space: "RGB ", isPlain: true });
});

test("converts with a profile's matrix like LittleCMS", async () => {
  const heic = await readFile("tests/photos/p3.heic");
  const color = await readColor("heic", heic);
  if (color.kind !== "profile" || !color.encoding) throw new Error("no profile");
  const pixels = Uint8Array.from([185, 72, 58, 200, 60, 50, 90, 167, 80]);
  const raw = await sharp(pixels, { raw: { width: 3, height: 1, channels: 3 } })
    .png()
    .toBuffer();
  const { withProfile } = await import("../color-pictures.ts");
  const judged = await sharp(withProfile(raw, color.profile))
    .toColourspace("srgb")
    .raw()
    .toBuffer();
  convertToSrgb(pixels, 3, color.encoding);
  for (const [at, value] of judged.entries())
    expect(Math.abs(value - (pixels[at] ?? 0))).toBeLessThanOrEqual(1);
});

test("recognises a gamma that changes nothing", () => {
  const encoding = encodingOf(1, 13);
  expect(encoding && isPlain(encoding)).toBe(true);
  const gamma = encodingOf(1, 4);
  expect(gamma && isPlain(gamma)).toBe(false);
});
