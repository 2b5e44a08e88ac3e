import { readFile } from "node:fs/promises";
import sharp from "sharp";
import { expect, test } from "vitest";
import { completeJpeg } from "@/lib/picture/jpeg-end";

const rocket = new Uint8Array(await readFile("tests/photos/rocket.jpg"));
const photo = () => sharp(rocket);
const end = rocket.length - 2;

const kinds: [string, Uint8Array][] = [
  ["a photograph", rocket],
  ["4:2:0", await photo().jpeg({ chromaSubsampling: "4:2:0" }).toBuffer()],
  ["4:4:4", await photo().jpeg({ chromaSubsampling: "4:4:4" }).toBuffer()],
  ["grayscale", await photo().grayscale().jpeg().toBuffer()],
  ["four inks", await photo().toColourspace("cmyk").jpeg().toBuffer()],
  ["a progressive one", await photo().jpeg({ progressive: true }).toBuffer()],
  ["mozjpeg's scans", await photo().jpeg({ mozjpeg: true }).toBuffer()],
  ["odd sides", await photo().resize(301, 203).jpeg().toBuffer()],
  ["progressive, odd sides", await photo().resize(303, 201).jpeg({ mozjpeg: true }).toBuffer()],
].map(([name, bytes]) => [name, new Uint8Array(bytes as Uint8Array)] as [string, Uint8Array]);

test.each(kinds)("takes %s as it is", (_, bytes) => {
  expect(completeJpeg(bytes)).toEqual(bytes);
});

test.each(kinds)("adds the end mark that %s lacks", (_, bytes) => {
  expect(completeJpeg(bytes.subarray(0, -2))).toEqual(bytes);
});

test.each(kinds)("refuses %s that is cut off, with an end mark as well as without", (_, bytes) => {
  for (const share of [0.3, 0.6, 0.9]) {
    const cut = bytes.slice(0, Math.floor(bytes.length * share));
    expect(completeJpeg(cut), `${share}`).toBeUndefined();
    const marked = new Uint8Array([...cut, 0xff, 0xd9]);
    expect(completeJpeg(marked), `${share}, with a mark`).toBeUndefined();
  }
});

test("refuses a picture that lacks only its last hundred bytes", () => {
  expect(completeJpeg(rocket.subarray(0, end - 100))).toBeUndefined();
});

test.each([
  ["a trailer", Buffer.from("SEFT and what a phone keeps there")],
  ["another picture", rocket],
  ["zeros", Buffer.alloc(5000)],
])("drops %s after pixels without an end mark", (_, trailer) => {
  expect(completeJpeg(new Uint8Array([...rocket.subarray(0, end), ...trailer]))).toEqual(rocket);
});

test("drops the other views of a picture with several", () => {
  expect(completeJpeg(new Uint8Array([...rocket, ...rocket]))).toEqual(rocket);
});

test("finds the pixels behind stray bytes between segments", () => {
  const scan = Buffer.from(rocket).indexOf(Buffer.from([0xff, 0xda]));
  const stray = new Uint8Array([...rocket.slice(0, scan), 0x00, 0x11, ...rocket.slice(scan)]);
  expect(completeJpeg(stray)).toEqual(stray);
});

test("follows restart markers", async () => {
  const restarted = await readFile("tests/photos/restarts.jpg");
  expect(completeJpeg(new Uint8Array(restarted))).toEqual(new Uint8Array(restarted));
  expect(completeJpeg(new Uint8Array(restarted.subarray(0, -400)))).toBeUndefined();
});
