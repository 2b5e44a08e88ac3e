import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import type { PictureFormat } from "@/lib/picture/format";
import { readMetadata, stripMetadata } from "@/lib/picture/metadata";
import {
  placeAndCamera,
  quarters,
  seeCorners,
  turned,
  withXmpPlace,
} from "../e2e/test-pictures.ts";

const placed = quarters().withExif(placeAndCamera);
const places: [string, PictureFormat, Uint8Array][] = [
  ["a JPEG's EXIF", "jpeg", await placed.clone().jpeg().toBuffer()],
  ["a JPEG's XMP", "jpeg", await withXmpPlace(quarters()).jpeg().toBuffer()],
  ["a PNG's EXIF", "png", await placed.clone().png().toBuffer()],
  ["a WebP's EXIF", "webp", await placed.clone().webp().toBuffer()],
  ["a WebP's XMP", "webp", await withXmpPlace(quarters()).webp().toBuffer()],
  ["an AVIF's EXIF", "avif", await placed.clone().avif().toBuffer()],
  ["a HEIC's EXIF", "heic", await readFile("tests/photos/phone.heic")],
];

test.each(places)("finds the place in %s", (_, format, bytes) => {
  expect(readMetadata(format, bytes).hasLocation).toBe(true);
});

test.each(places.filter(([, format]) => /jpeg|png|webp/.test(format)))(
  "takes the place out of %s and leaves the pixels alone",
  async (_, format, bytes) => {
    const stripped = stripMetadata(format, bytes, { keepsProfile: true });
    expect(readMetadata(format, stripped)).toEqual({
      orientation: 1,
      hasLocation: false,
      hasCamera: false,
    });
    expect(Buffer.from(stripped).toString("latin1")).not.toMatch(/Exif|GPS|Firstframe/);
    expect(await seeCorners(Buffer.from(stripped))).toEqual(await seeCorners(Buffer.from(bytes)));
  },
);

test.each([1, 2, 3, 4, 5, 6, 7, 8])("reads EXIF orientation %i", async (orientation) => {
  const picture = await turned(orientation);
  const { orientation: read } = readMetadata("jpeg", await picture.jpeg().toBuffer());
  expect(read).toBe(orientation);
});

test("reads EXIF of either byte order", () => {
  const big = Buffer.from("4d4d002a00000008000101120003000000010003000000000000", "hex");
  expect(readMetadata("jpeg", jpegWith(0xe1, exif(big))).orientation).toBe(3);
});

test.each([
  ["is cut off", Buffer.from("4d4d002a00000008000501120003", "hex")],
  ["points behind its end", Buffer.from("4d4d002affffff000000", "hex")],
  [
    "names an orientation that there is not",
    Buffer.from("4d4d002a000000080001011200030000000100630000", "hex"),
  ],
])("treats a picture as upright when its EXIF %s", (_, tiff) => {
  expect(readMetadata("jpeg", jpegWith(0xe1, exif(tiff))).orientation).toBe(1);
});

test.each([
  ["Intel", "49492a0008000000010012010400010000000600000000000000"],
  ["Motorola", "4d4d002a00000008000101120004000000010000000600000000"],
])("ignores an orientation that is stored as LONG in %s order", (_, tiff) => {
  const jpeg = jpegWith(0xe1, exif(Buffer.from(tiff, "hex")));
  expect(readMetadata("jpeg", jpeg).orientation).toBe(1);
});

test("leaves out what follows the picture's end", async () => {
  const jpeg = await quarters().jpeg().toBuffer();
  const film = Buffer.from("a short film, and where it was taken");
  expect(
    Buffer.from(stripMetadata("jpeg", Buffer.concat([jpeg, film]), { keepsProfile: true })).equals(
      jpeg,
    ),
  ).toBe(true);
});

test("keeps the colour profile if a decoder needs it", async () => {
  const jpeg = await quarters().jpeg().withIccProfile("p3").withExif(placeAndCamera).toBuffer();
  const kept = Buffer.from(stripMetadata("jpeg", jpeg, { keepsProfile: true }));
  expect(kept.includes("ICC_PROFILE")).toBe(true);
  const plain = Buffer.from(stripMetadata("jpeg", jpeg, { keepsProfile: false }));
  expect(plain.includes("ICC_PROFILE")).toBe(false);
});

function exif(tiff: Buffer): Buffer {
  return Buffer.concat([Buffer.from("Exif\0\0"), tiff]);
}

function jpegWith(marker: number, content: Buffer): Uint8Array {
  const length = content.length + 2;
  return Buffer.concat([
    Buffer.from([0xff, 0xd8, 0xff, marker, length >> 8, length & 255]),
    content,
    Buffer.from([0xff, 0xd9]),
  ]);
}
