import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import type { PictureFormat } from "@/lib/picture/format";
import { readHeader } from "@/lib/picture/header";
import { bmp, frames, hugePng, quarters, withJpegSize } from "../e2e/test-pictures.ts";

const odd = () => quarters(641, 483);
const jpeg = await odd().jpeg().toBuffer();

const files: [string, PictureFormat, Uint8Array][] = [
  ["JPEG", "jpeg", jpeg],
  ["progressive JPEG", "jpeg", await odd().jpeg({ progressive: true }).toBuffer()],
  ["PNG", "png", await odd().png().toBuffer()],
  ["WebP", "webp", await odd().webp().toBuffer()],
  ["lossless WebP", "webp", await odd().webp({ lossless: true }).toBuffer()],
  ["WebP with a profile", "webp", await odd().withIccProfile("p3").webp().toBuffer()],
  ["GIF", "gif", await odd().gif().toBuffer()],
  ["AVIF", "avif", await odd().avif().toBuffer()],
  ["BMP", "bmp", await bmp(641, 483)],
];

test.each(files)("reads the size of a %s without decoding it", (_, format, bytes) => {
  expect(readHeader(format, bytes)).toMatchObject({
    width: 641,
    height: 483,
    isAnimated: false,
    isUnusual: false,
  });
});

test("reads the size of a HEIC", async () => {
  const header = readHeader("heic", await readFile("tests/photos/wide.heic"));
  expect(header).toMatchObject({ width: 1800, height: 400 });
});

test("reads a header that states more pixels than the file could contain", () => {
  expect(readHeader("png", hugePng(60_000, 50_000))).toMatchObject({
    width: 60_000,
    height: 50_000,
  });
  expect(readHeader("jpeg", withJpegSize(jpeg, 65_000, 64_000))).toMatchObject({
    width: 65_000,
    height: 64_000,
  });
});

test("tells an animation from a still picture", async () => {
  const animation = await frames();
  expect(readHeader("gif", await animation.clone().gif().toBuffer())?.isAnimated).toBe(true);
  expect(readHeader("webp", await animation.clone().webp().toBuffer())?.isAnimated).toBe(true);
});

test.each([
  ["PNG", "png", () => odd().png(), () => odd().ensureAlpha(0.5).png()],
  ["WebP", "webp", () => odd().webp(), () => odd().ensureAlpha(0.5).webp()],
  [
    "lossless WebP",
    "webp",
    () => odd().webp({ lossless: true }),
    () => odd().ensureAlpha(0.5).webp({ lossless: true }),
  ],
] as const)("knows a %s that may show through", async (_, format, opaque, seeThrough) => {
  expect(readHeader(format, await opaque().toBuffer())?.mayShowThrough).toBe(false);
  expect(readHeader(format, await seeThrough().toBuffer())?.mayShowThrough).toBe(true);
});

test("recognises CMYK and 16 bits", async () => {
  const cmyk = await odd().toColourspace("cmyk").jpeg().toBuffer();
  expect(readHeader("jpeg", cmyk)?.isUnusual).toBe(true);
  const deep = await odd().toColourspace("rgb16").png().toBuffer();
  expect(readHeader("png", deep)?.isUnusual).toBe(true);
});

test.each(["jpeg", "png", "webp", "heic"] as const)(
  "finds no size where a %s ends too soon",
  (format) => {
    expect(readHeader(format, new Uint8Array(12))).toBeUndefined();
  },
);
