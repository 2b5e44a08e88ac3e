import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makePoster, makeThumbnail, PictureUnusableError } from "@/lib/server/media/poster";

const rocket = path.resolve(import.meta.dirname, "../../photos/rocket.jpg");

let folder: string;
let output: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "poster-"));
  output = path.join(folder, "poster.jpg");
});

afterAll(() => rm(folder, { recursive: true }));

test("a photograph keeps its shape, as a JPEG in sRGB", async () => {
  const { width, height } = await sharp(rocket).metadata();
  const poster = await makePoster(rocket, output);
  expect(poster.width / poster.height).toBeCloseTo(width / height, 2);
  expect(await sharp(output).metadata()).toMatchObject({
    ...poster,
    format: "jpeg",
    space: "srgb",
    channels: 3,
  });
});

test("a poster is made from bytes as well as from a path", async () => {
  const fromPath = await makePoster(rocket, output);
  expect(await makePoster(await readFile(rocket), output)).toEqual(fromPath);
});

test("a large picture's long side becomes 1920 pixels", async () => {
  const tall = await paint(1000, 4000).png().toBuffer();
  expect(await makePoster(tall, output)).toEqual({ width: 480, height: 1920 });
});

test("a small picture is never enlarged", async () => {
  expect(await makePoster(await paint(40, 30).png().toBuffer(), output)).toEqual({
    width: 40,
    height: 30,
  });
});

test("a thumbnail has the poster's shape in 512 pixels, and a small one its size", async () => {
  const thumbnail = path.join(folder, "thumbnail.jpg");
  await makePoster(await paint(1000, 4000).png().toBuffer(), output);
  await makeThumbnail(output, thumbnail);
  expect(await sharp(thumbnail).metadata()).toMatchObject({
    ...{ width: 128, height: 512, format: "jpeg" },
  });
  await makePoster(await paint(40, 30).png().toBuffer(), output);
  await makeThumbnail(output, thumbnail);
  expect(await sharp(thumbnail).metadata()).toMatchObject({ width: 40, height: 30 });
});

test("a picture is turned upright by its EXIF orientation", async () => {
  // Red is on the left. Turned clockwise, it is on top.
  const halves = paint(80, 60, "blue").composite([
    { input: await paint(40, 60, "red").png().toBuffer(), left: 0, top: 0 },
  ]);
  const turned = await halves.withMetadata({ orientation: 6 }).jpeg().toBuffer();
  expect(await makePoster(turned, output)).toEqual({ width: 60, height: 80 });
  expectColour(await readPixel(output, 30, 10), [255, 0, 0]);
  expectColour(await readPixel(output, 30, 70), [0, 0, 255]);
});

test("a poster contains none of the picture's metadata", async () => {
  const secretive = await paint(80, 60)
    .withExif({ IFD0: { Artist: "Somebody" }, IFD3: { GPSLatitude: "52/1 31/1 0/1" } })
    .withXmp("<x:xmpmeta xmlns:x='adobe:ns:meta/'>Somebody</x:xmpmeta>")
    .withIccProfile("p3")
    .jpeg()
    .toBuffer();
  expect((await sharp(secretive).metadata()).exif).toBeDefined();
  await makePoster(secretive, output);
  const { exif, xmp, icc, iptc, orientation } = await sharp(output).metadata();
  expect({ exif, xmp, icc, iptc, orientation }).toEqual({});
  expect((await readFile(output)).includes("Somebody")).toBe(false);
});

test("a CMYK picture becomes RGB", async () => {
  const cmyk = await paint(80, 60, "red").toColourspace("cmyk").jpeg().toBuffer();
  expect((await sharp(cmyk).metadata()).space).toBe("cmyk");
  await makePoster(cmyk, output);
  expect((await sharp(output).metadata()).space).toBe("srgb");
  const [red = 0, green = 0, blue = 0] = await readPixel(output, 40, 30);
  expect(red).toBeGreaterThan(200);
  expect(Math.max(green, blue)).toBeLessThan(80);
});

test("transparent areas become white, as what is sent does without a choice", async () => {
  const clear = { r: 0, g: 0, b: 0, alpha: 0 };
  await makePoster(await paint(80, 60, clear).png().toBuffer(), output);
  expectColour(await readPixel(output, 40, 30), [255, 255, 255]);
});

test("an animation gives its first frame", async () => {
  const frames = await Promise.all(
    ["red", "blue"].map((colour) => paint(80, 60, colour).png().toBuffer()),
  );
  const animation = await sharp(frames, { join: { animated: true } })
    .gif()
    .toBuffer();
  expect(await makePoster(animation, output)).toEqual({ width: 80, height: 60 });
  expectColour(await readPixel(output, 40, 30), [255, 0, 0]);
});

test.each([
  ["a text", async () => Buffer.from("Not a picture")],
  ["nothing", async () => Buffer.alloc(0)],
  ["noise", async () => Buffer.from(Array.from({ length: 4096 }, (_, n) => (n * 7919) % 251))],
  [
    "an SVG",
    async () => Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>`),
  ],
  ["a JPEG that breaks off", async () => (await readFile(rocket)).subarray(0, 30_000)],
  ["too many pixels", async () => paint(8000, 5001).png().toBuffer()],
  [
    "a progressive JPEG of too many",
    async () => paint(8000, 5001).jpeg({ progressive: true }).toBuffer(),
  ],
])("%s is refused and nothing is written", async (_, read) => {
  const own = await mkdtemp(path.join(folder, "refused-"));
  const source = await read();
  const file = path.join(folder, "source");
  await writeFile(file, source);
  for (const given of [source, file]) {
    const error = await makePoster(given, path.join(own, "poster.jpg")).catch((error) => error);
    expect(error).toBeInstanceOf(PictureUnusableError);
  }
  expect(await readdir(own)).toEqual([]);
});

test("a folder that can't be written to is not the picture's fault", async () => {
  const error = await makePoster(rocket, path.join(folder, "none/poster.jpg")).catch((e) => e);
  expect(error).toMatchObject({ code: "ENOENT" });
});

type Colour = string | { r: number; g: number; b: number; alpha: number };

function paint(width: number, height: number, background: Colour = "teal") {
  const channels = typeof background === "string" ? 3 : 4;
  return sharp({ create: { width, height, channels, background }, limitInputPixels: false });
}

async function readPixel(file: string, left: number, top: number): Promise<number[]> {
  const area = { left, top, width: 1, height: 1 };
  return [...(await sharp(file).extract(area).raw().toBuffer())];
}

// JPEG does not preserve colours exactly.
function expectColour(pixel: number[], colour: number[]) {
  const difference = Math.max(...colour.map((value, n) => Math.abs(value - (pixel[n] ?? 0))));
  expect(difference).toBeLessThan(8);
}
