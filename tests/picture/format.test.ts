import { readFile } from "node:fs/promises";
import sharp from "sharp";
import { expect, test } from "vitest";
import { complete } from "@/lib/picture/complete";
import { type PictureFormat, readFormat } from "@/lib/picture/format";

const rocket = new Uint8Array(await readFile("tests/photos/rocket.jpg"));
const drawn = sharp({ create: { width: 64, height: 48, channels: 3, background: "#c40" } });

const files: [PictureFormat, Uint8Array][] = [
  ["jpeg", rocket],
  ["png", await drawn.clone().png().toBuffer()],
  ["webp", await drawn.clone().webp().toBuffer()],
  ["gif", await drawn.clone().gif().toBuffer()],
  ["avif", await drawn.clone().avif().toBuffer()],
  [
    "svg",
    new TextEncoder().encode('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'),
  ],
];

test.each(files)("knows %s by its bytes, and that it is whole", async (format, bytes) => {
  expect(readFormat(bytes)).toBe(format);
  expect(await complete(format, bytes)).toEqual(bytes);
});

test.each(files.slice(0, 3))("notices that a %s is cut off", async (format, bytes) => {
  const half = bytes.slice(0, Math.floor(bytes.length / 2));
  expect(await complete(format, half)).toBeUndefined();
});

test("does not mistake the end of a thumbnail for the end of the photograph", async () => {
  const thumbnail = await drawn.clone().jpeg().toBuffer();
  const segment = Buffer.concat([
    Buffer.from([0xff, 0xe1, (thumbnail.length + 2) >> 8, (thumbnail.length + 2) & 255]),
    thumbnail,
  ]);
  const withThumbnail = new Uint8Array(
    Buffer.concat([rocket.slice(0, 2), segment, rocket.slice(2)]),
  );
  expect(await complete("jpeg", withThumbnail)).toEqual(withThumbnail);
  const cut = withThumbnail.subarray(0, withThumbnail.length - 2000);
  expect(await complete("jpeg", cut)).toBeUndefined();
});

test.each([
  ["text", "hello, I am a picture"],
  ["nothing", ""],
  ["HTML", "<!doctype html><p>hi"],
])("does not recognise %s as a picture", (_, text) => {
  expect(readFormat(new TextEncoder().encode(text))).toBeUndefined();
});
