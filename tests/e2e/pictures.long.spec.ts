import { writeFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import sharp from "sharp";
import { colorPictures, type Fields, seeFields } from "../color-pictures.ts";
import { compareFields } from "./colors.ts";
import { expect, test } from "./fixtures.ts";
import { openStudio, type Studio } from "./studio.ts";
import {
  bmp,
  type CornerColors,
  cornerNames,
  corners,
  frames,
  hugePng,
  placeAndCamera,
  quarters,
  readPhoto,
  seeCorners,
  turned,
  withJpegSize,
  withXmpPlace,
} from "./test-pictures.ts";

type Sent = {
  size: `${number}x${number}`;
  type: "jpeg" | "png" | "webp";
  /** The text in the line under the stage. */
  says?: RegExp;
  /** The colours of a picture that is not the one with four colours. "any" skips the check. */
  corners?: CornerColors | "any";
  /** Whether the sent bytes equal the dropped ones. */
  isUntouched?: boolean;
  /** The colours of its four fields, as a reference decoder sees them. */
  fields?: () => Promise<Fields>;
};

type Row<Outcome> = [what: string, file: () => Promise<Buffer>, outcome: Outcome, named?: NamedAs];
type NamedAs = { ending?: string; mimeType?: string };

const sameColor = (color: readonly number[]): CornerColors => ({
  topLeft: color,
  topRight: color,
  bottomLeft: color,
  bottomRight: color,
});
/** The four colours at half strength, on white. */
const paler = Object.fromEntries(
  cornerNames.map((name) => [name, corners[name].map((value) => (value + 255) / 2)]),
) as unknown as CornerColors;
const gray = sharp({ create: { width: 640, height: 480, channels: 3, background: "#808080" } });
const jpeg = () => quarters().jpeg({ quality: 95, chromaSubsampling: "4:4:4" });
const text = (content: string) => async () => Buffer.from(content);
const whole = { size: "640x480" } as const;

const HEAVY_BYTES = 5_000_000;
const notAPicture = /not a picture we can read/;
const cutOff = /cut off/;
const tooSmall = /over 300 pixels/;
const tooManyPixels = /too many pixels/;

const formats: Row<Sent>[] = [
  ["a JPEG", () => jpeg().toBuffer(), { ...whole, type: "jpeg", isUntouched: true }],
  [
    "a progressive JPEG",
    () => quarters().jpeg({ progressive: true, quality: 95 }).toBuffer(),
    { ...whole, type: "jpeg", isUntouched: true },
  ],
  [
    "a grayscale JPEG",
    () => gray.clone().grayscale().jpeg().toBuffer(),
    { ...whole, type: "jpeg", corners: sameColor([128, 128, 128]) },
  ],
  [
    "a CMYK JPEG",
    () => quarters().toColourspace("cmyk").jpeg({ quality: 95 }).toBuffer(),
    { ...whole, type: "jpeg", says: /Made RGB from CMYK/, corners: "any" },
  ],
  ["a PNG", () => quarters().png().toBuffer(), { ...whole, type: "png" }],
  ["a palette PNG", () => quarters().png({ palette: true }).toBuffer(), { ...whole, type: "png" }],
  [
    "a 16-bit PNG",
    () => quarters().toColourspace("rgb16").png().toBuffer(),
    { ...whole, type: "png", says: /Made 8-bit from 16-bit/ },
  ],
  [
    "an interlaced PNG",
    () => quarters().png({ progressive: true }).toBuffer(),
    { ...whole, type: "png" },
  ],
  [
    "a grayscale PNG",
    () => gray.clone().toColourspace("b-w").png().toBuffer(),
    { ...whole, type: "png", corners: sameColor([128, 128, 128]) },
  ],
  [
    "a PNG that shows through",
    () => quarters().ensureAlpha(0.5).png().toBuffer(),
    { ...whole, type: "png", corners: paler },
  ],
  ["a WebP", () => quarters().webp({ quality: 95 }).toBuffer(), { ...whole, type: "webp" }],
  [
    "a lossless WebP that shows through",
    () => quarters().ensureAlpha(0.5).webp({ lossless: true }).toBuffer(),
    { ...whole, type: "png", corners: paler },
  ],
  [
    "an animated WebP",
    async () => (await frames()).webp({ lossless: true }).toBuffer(),
    { ...whole, type: "jpeg", says: /Only the WebP's first frame is sent, as JPEG/ },
  ],
  [
    "a GIF",
    () => quarters().gif().toBuffer(),
    { ...whole, type: "png", says: /Sent as PNG: GIF is not on the model's list/ },
  ],
  [
    "an animated GIF",
    async () => (await frames()).gif().toBuffer(),
    { ...whole, type: "png", says: /Only the GIF's first frame is sent, as PNG/ },
  ],
  [
    "an AVIF",
    () => quarters().avif({ quality: 90 }).toBuffer(),
    { ...whole, type: "jpeg", says: /Sent as JPEG: AVIF is not on the model's list/ },
  ],
  [
    "an AVIF that shows through",
    () => quarters().ensureAlpha(0.5).avif({ lossless: true }).toBuffer(),
    { ...whole, type: "png", says: /Sent as PNG/, corners: paler },
  ],
  [
    "a HEIC of a phone",
    () => readPhoto("phone.heic"),
    {
      ...whole,
      type: "jpeg",
      says: /Sent as JPEG: HEIC is not on the model's list · Location and camera data removed/,
    },
  ],
  [
    "a HEIF",
    () => readPhoto("phone.heif"),
    { ...whole, type: "jpeg", says: /Sent as JPEG/ },
    { ending: "heif", mimeType: "" },
  ],
  [
    "a HEIC that was taken upright",
    () => readPhoto("turned.heic"),
    {
      size: "480x640",
      type: "jpeg",
      corners: {
        topLeft: corners.bottomLeft,
        topRight: corners.topLeft,
        bottomLeft: corners.bottomRight,
        bottomRight: corners.topRight,
      },
    },
  ],
  ["a BMP", () => bmp(640, 480), { ...whole, type: "png", says: /Sent as PNG: BMP/ }],
];

const orientations: Row<Sent>[] = [2, 3, 4, 5, 6, 7, 8].map((orientation) => [
  `a JPEG of EXIF orientation ${orientation}`,
  async () => (await turned(orientation)).jpeg({ quality: 95 }).toBuffer(),
  { ...whole, type: "jpeg", says: /Turned upright/ },
]);

const turnedOthers: Row<Sent>[] = [
  [
    "a JPEG of EXIF orientation 1",
    async () => (await turned(1)).jpeg({ quality: 95 }).toBuffer(),
    { ...whole, type: "jpeg", says: /Camera data removed/ },
  ],
  [
    "a WebP of EXIF orientation 6",
    async () => (await turned(6)).webp({ quality: 95 }).toBuffer(),
    { ...whole, type: "jpeg", says: /Turned upright/ },
  ],
  [
    "a PNG of EXIF orientation 8",
    async () => (await turned(8)).png().toBuffer(),
    { ...whole, type: "png", says: /Turned upright/ },
  ],
];

const told: Row<Sent>[] = [
  [
    "a JPEG that names place and camera",
    () => jpeg().withExif(placeAndCamera).toBuffer(),
    { ...whole, type: "jpeg", says: /Location and camera data removed/ },
  ],
  [
    "a JPEG whose XMP names the place",
    () => withXmpPlace(jpeg()).toBuffer(),
    { ...whole, type: "jpeg", says: /Location and camera data removed/ },
  ],
  [
    "a PNG that names place and camera",
    () => quarters().withExif(placeAndCamera).png().toBuffer(),
    { ...whole, type: "png", says: /Location and camera data removed/ },
  ],
  [
    "a WebP that names place and camera",
    () => withXmpPlace(quarters().withExif(placeAndCamera)).webp({ quality: 95 }).toBuffer(),
    { ...whole, type: "webp", says: /Location and camera data removed/ },
  ],
  [
    "a JPEG with a colour profile, as plain sRGB",
    () => jpeg().withIccProfile("p3").withExif(placeAndCamera).toBuffer(),
    { ...whole, type: "jpeg", says: /Location/ },
  ],
];

const sizes: Row<Sent>[] = [
  [
    "a picture of 12,000 pixels",
    () => quarters(12_000, 5000).jpeg().toBuffer(),
    { size: "1280x534", type: "jpeg", says: /Made smaller, from 12000 × 5000/ },
  ],
  [
    "a large picture that lies on its side",
    () => quarters(2200, 4400).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    { size: "1280x640", type: "jpeg", says: /Turned upright.*Made smaller/, corners: "any" },
  ],
  [
    "a large PNG of 5:2, which stays within 5:2",
    () => quarters(5000, 2000).png().toBuffer(),
    { size: "1280x512", type: "png", says: /Made smaller, from 5000 × 2000/ },
  ],
  [
    "a PNG over 20 MB",
    () => quarters(2700, 2600).png({ compressionLevel: 0 }).toBuffer(),
    {
      size: "1280x1233",
      type: "jpeg",
      says: /Sent as JPEG: as PNG it is over 20 MB/,
    },
  ],
  [
    "a JPEG that carries 30 MB of something else",
    async () => Buffer.concat([await jpeg().toBuffer(), Buffer.alloc(30_000_000)]),
    { ...whole, type: "jpeg" },
  ],
  ["exactly 5:2", () => quarters(1000, 400).png().toBuffer(), { size: "1000x400", type: "png" }],
  ["exactly 2:5", () => quarters(400, 1000).png().toBuffer(), { size: "400x1000", type: "png" }],
  ["301 pixels", () => quarters(301, 301).png().toBuffer(), { size: "301x301", type: "png" }],
];

const wrongNames: Row<Sent>[] = [
  [
    "a PNG named .jpg",
    () => quarters().png().toBuffer(),
    { ...whole, type: "png" },
    { ending: "jpg", mimeType: "image/jpeg" },
  ],
  [
    "a JPEG named .heic",
    () => jpeg().toBuffer(),
    { ...whole, type: "jpeg" },
    { ending: "heic", mimeType: "image/heic" },
  ],
  [
    "a JPEG of type text/plain",
    () => jpeg().toBuffer(),
    { ...whole, type: "jpeg" },
    { mimeType: "text/plain" },
  ],
  [
    "a JPEG of no type and no ending",
    () => jpeg().toBuffer(),
    { ...whole, type: "jpeg" },
    { ending: "", mimeType: "" },
  ],
];

const stored = (bytes: Buffer, at: number, ...stray: number[]) =>
  Buffer.concat([bytes.subarray(0, at), Buffer.from(stray), bytes.subarray(at)]);
const withExif = async (tiff: string) => {
  const file = await jpeg().toBuffer();
  const content = Buffer.concat([Buffer.from("Exif\0\0", "latin1"), Buffer.from(tiff, "hex")]);
  return stored(file, 2, 0xff, 0xe1, 0, content.length + 2, ...content);
};
const scanOf = (bytes: Buffer) => bytes.indexOf(Buffer.from([0xff, 0xda]));
const anyCorners = { ...whole, type: "jpeg", corners: "any" } as const;
const rocket = { size: "640x427", type: "jpeg", corners: "any" } as const;

/** What a decoder reads, whatever its marks say. */
const forgiven: Row<Sent>[] = [
  [
    "a JPEG without its end mark",
    async () => (await readPhoto("rocket.jpg")).subarray(0, -2),
    rocket,
  ],
  [
    "a progressive JPEG without its end mark",
    async () => (await quarters().jpeg({ progressive: true }).toBuffer()).subarray(0, -2),
    { ...whole, type: "jpeg" },
  ],
  [
    "a JPEG with a trailer in the place of its end mark",
    async () =>
      Buffer.concat([(await jpeg().toBuffer()).subarray(0, -2), Buffer.from("SEFH trailer SEFT")]),
    { ...whole, type: "jpeg" },
  ],
  [
    "a JPEG with another behind a missing end mark",
    async () =>
      Buffer.concat([(await jpeg().toBuffer()).subarray(0, -2), await readPhoto("rocket.jpg")]),
    { ...whole, type: "jpeg" },
  ],
  [
    "a JPEG of several views",
    async () => Buffer.concat([await jpeg().toBuffer(), await readPhoto("rocket.jpg")]),
    { ...whole, type: "jpeg" },
  ],
  [
    "a JPEG with a stray byte before its scan",
    async () => {
      const file = await jpeg().toBuffer();
      return stored(file, scanOf(file), 0);
    },
    { ...whole, type: "jpeg" },
  ],
  [
    "a JPEG whose orientation 6 is stored as LONG, Intel",
    () => withExif("49492a0008000000010012010400010000000600000000000000"),
    { ...whole, type: "jpeg", says: /Camera data removed/ },
  ],
  [
    "a JPEG whose orientation 6 is stored as LONG, Motorola",
    () => withExif("4d4d002a00000008000101120004000000010000000600000000"),
    { ...whole, type: "jpeg", says: /Camera data removed/ },
  ],
  [
    "a JPEG whose orientation 6 is stored as SHORT",
    () => withExif("4d4d002a00000008000101120003000000010006000000000000"),
    { size: "480x640", type: "jpeg", says: /Turned upright/, corners: "any" },
  ],
  [
    "a PNG without its end mark",
    async () => (await quarters().png().toBuffer()).subarray(0, -12),
    { ...whole, type: "png" },
  ],
  [
    "an interlaced PNG without its end mark",
    async () => (await quarters().png({ progressive: true }).toBuffer()).subarray(0, -12),
    { ...whole, type: "png" },
  ],
  [
    "a PNG with something behind its end",
    async () => Buffer.concat([await quarters().png().toBuffer(), Buffer.alloc(5000, 7)]),
    { ...whole, type: "png" },
  ],
  [
    "a WebP whose header names more bytes than there are",
    async () => {
      const file = await quarters().webp({ quality: 95 }).toBuffer();
      file.writeUInt32LE(file.length + 100, 4);
      return file;
    },
    { ...whole, type: "webp" },
  ],
  [
    "a BMP whose header names no length",
    async () => {
      const file = await bmp(640, 480);
      file.writeUInt32LE(0, 2);
      return file;
    },
    { ...whole, type: "png" },
  ],
  [
    "a HEIC with something behind it",
    async () =>
      Buffer.concat([
        await readPhoto("phone.heic"),
        Buffer.from("\0\0\0\x10sefd12345678", "latin1"),
      ]),
    { ...whole, type: "jpeg" },
  ],
];

const onWhite = sameColor([255, 255, 255]);
const hidden = () => quarters().ensureAlpha(0);

/** Nothing of what was hidden is sent. */
const seeThrough: Row<Sent>[] = [
  [
    "a PNG of nothing but hidden colours",
    () => hidden().png().toBuffer(),
    { ...whole, type: "png", corners: onWhite },
  ],
  [
    "a WebP of hidden colours",
    () => hidden().webp({ lossless: true, exact: true }).toBuffer(),
    { ...whole, type: "png", corners: onWhite },
  ],
  [
    "a GIF of hidden colours",
    () => hidden().gif().toBuffer(),
    { ...whole, type: "png", corners: onWhite },
  ],
  [
    "a PNG with an alpha of one everywhere",
    () => quarters().ensureAlpha(1).png().toBuffer(),
    { ...whole, type: "png" },
  ],
];

/** The corners are the fields of the colour table. */
const colored: Row<Sent>[] = colorPictures.map(({ name, make, wanted }) => [
  `${name} in plain sRGB`,
  make,
  {
    ...anyCorners,
    type: /^(PNG|GIF)/.test(name) ? "png" : name === "WebP, plain" ? "webp" : "jpeg",
    fields: wanted,
  },
]);

const half = (file: Promise<Buffer>) => file.then((bytes) => bytes.subarray(0, bytes.length / 2));

const refused: Row<RegExp>[] = [
  ["300 pixels", () => quarters(300, 400).png().toBuffer(), tooSmall],
  ["one pixel", () => quarters(1, 1).png().toBuffer(), /1 × 1.*over 300 pixels/],
  ["a small HEIC", () => readPhoto("small.heic"), /200 × 150.*over 300 pixels/],
  ["a PNG that would fill the memory", async () => hugePng(60_000, 60_000), tooManyPixels],
  [
    "a JPEG that would fill the memory",
    async () => withJpegSize(await jpeg().toBuffer(), 65_000, 65_000),
    /65000 × 65000.*120 megapixels/,
  ],
  ["a PNG that says it is a million wide", async () => hugePng(1_000_000, 301), tooManyPixels],
  ["no bytes", text(""), /is empty/],
  ["a text", text("hello, I am a picture"), notAPicture, { ending: "jpg" }],
  ["a PDF", text("%PDF-1.7\n%âãÏÓ\n1 0 obj"), notAPicture, { ending: "pdf" }],
  ["a TIFF", () => quarters().tiff().toBuffer(), notAPicture, { ending: "tiff" }],
  ["a film", text("\0\0\0\x18ftypisom\0\0\0\0isomavc1"), notAPicture, { ending: "mp4" }],
  ["an SVG", text('<svg xmlns="http://www.w3.org/2000/svg"/>'), /drawing/, { ending: "svg" }],
  ["half a JPEG", () => half(jpeg().toBuffer()), cutOff],
  [
    "half a JPEG with an end mark",
    async () => Buffer.concat([await half(jpeg().toBuffer()), Buffer.from([0xff, 0xd9])]),
    cutOff,
  ],
  [
    "a JPEG that lacks its last hundred bytes",
    async () => (await readPhoto("rocket.jpg")).subarray(0, -100),
    cutOff,
  ],
  ["half a PNG", () => half(quarters().png().toBuffer()), cutOff],
  ["half a WebP", () => half(quarters().webp().toBuffer()), cutOff],
  ["half a GIF", () => half(quarters().gif().toBuffer()), cutOff],
  ["half an AVIF", () => half(quarters().avif().toBuffer()), cutOff],
  ["half a HEIC", () => half(readPhoto("phone.heic")), cutOff],
  [
    "a JPEG with three stray bytes behind its first mark, which no browser takes for a picture",
    async () => stored(await jpeg().toBuffer(), 2, 0x10, 0x20, 0x30),
    /not a picture/,
  ],
  ["a JPEG of nothing but its mark", async () => Buffer.from([0xff, 0xd8, 0xff]), cutOff],
];

const tooLong: Row<Sent>[] = [
  [
    "a panorama",
    () => quarters(2400, 400).jpeg({ quality: 95 }).toBuffer(),
    { size: "1000x400", type: "jpeg", says: /Cropped from 2400 × 400/ },
  ],
  [
    "a tall screenshot",
    () => quarters(400, 3000).png().toBuffer(),
    { size: "400x1000", type: "png", says: /Cropped from 400 × 3000/ },
  ],
  [
    "a large panorama that lies on its side",
    () => quarters(1800, 7200).withMetadata({ orientation: 8 }).jpeg().toBuffer(),
    {
      size: "1280x512",
      type: "jpeg",
      says: /Turned upright · Cropped from 7200 × 1800 · Made smaller, from 4500 × 1800/,
      corners: "any",
    },
  ],
  [
    "a panorama as HEIC",
    () => readPhoto("wide.heic"),
    { size: "1000x400", type: "jpeg", says: /Cropped from 1800 × 400/ },
  ],
];

// One page tries the whole table, one picture after the other, as a person would.
test.describe.configure({ mode: "default" });

let page: Page;
let studio: Studio;
const uploaded: { file_url: string; content_type: string }[] = [];
const complaints: string[] = [];

test.beforeAll(async ({ browser, app }) => {
  page = await browser.newPage();
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("response", async (response) => {
    if (!response.request().headers()["x-fal-target-url"]?.includes("upload/initiate")) return;
    const { file_url } = await response.json();
    uploaded.push({ file_url, ...response.request().postDataJSON() });
  });
  studio = await openStudio(page, app.origin);
});

test.afterAll(async () => {
  await page.close();
  expect(complaints).toEqual([]);
});

const sent = [formats, orientations, turnedOthers, told, sizes, wrongNames, forgiven]
  .concat([seeThrough, colored])
  .flat();

for (const [what, file, outcome, named] of sent) {
  test(`sends ${what} as the model takes it`, async () => {
    const bytes = await file();
    await drop(what, bytes, named);
    await expectSent(what, bytes, outcome);
  });
}

for (const [what, file, says, named] of refused) {
  test(`says what is wrong with ${what}, and sends nothing`, async () => {
    const before = uploaded.length;
    await drop(what, await file(), named);
    await expect(studio.alert).toHaveText(says);
    expect(uploaded).toHaveLength(before);
  });
}

for (const [what, file, outcome] of tooLong) {
  test(`offers to crop ${what}, and sends the part`, async () => {
    const bytes = await file();
    await drop(what, bytes);
    await expect(studio.state).toHaveText("Choose the part to send");
    await page.getByRole("button", { name: "Use this part" }).click();
    await expectSent(what, bytes, outcome);
  });
}

async function drop(what: string, buffer: Buffer, named: NamedAs = {}) {
  const { ending = "bin", mimeType = "application/octet-stream" } = named;
  const name = ending ? `${what}.${ending}` : what;
  if (buffer.length < HEAVY_BYTES) return studio.image.setInputFiles({ name, mimeType, buffer });
  // Given by path, so that the file is not sent to the browser as text.
  const path = test.info().outputPath(name);
  await writeFile(path, buffer);
  await studio.image.setInputFiles(path);
}

async function expectSent(what: string, dropped: Buffer, outcome: Sent) {
  const line = page.locator("p", { has: studio.state });
  await expect(line).toHaveText(new RegExp(`^Picture ready${what}`));
  const [width, height] = outcome.size.split("x");
  await expect(line).toHaveText(new RegExp(`${width} × ${height}`));
  if (outcome.says) await expect(line).toHaveText(outcome.says);
  await expect(studio.alert).toHaveCount(0);

  const last = uploaded.at(-1);
  if (!last) throw new Error("nothing was sent");
  expect(last.content_type).toBe(`image/${outcome.type}`);
  const bytes = await (await page.request.get(last.file_url)).body();
  const { format, exif, xmp, iptc, icc } = await sharp(bytes).metadata();
  expect(format).toBe(outcome.type);
  expect([exif, xmp, iptc]).toEqual([undefined, undefined, undefined]);
  const told = ["Exif\0", "GPSLatitude", "Firstframe", "ns.adobe.com"];
  expect(told.filter((words) => bytes.includes(words))).toEqual([]);
  if (outcome.isUntouched) expect(bytes.equals(dropped)).toBe(true);
  expect(icc).toBeUndefined();

  if (outcome.fields) {
    const { mean, most } = compareFields(await seeFields(bytes), await outcome.fields());
    expect(mean).toBeLessThanOrEqual(2);
    expect(most).toBeLessThanOrEqual(6);
  }
  const seen = await seeCorners(bytes);
  expect(seen.size).toBe(outcome.size);
  const wanted = outcome.corners ?? corners;
  if (wanted === "any") return;
  for (const corner of cornerNames) {
    const distance = wanted[corner].map((value, at) =>
      Math.abs(value - (seen.colors[corner][at] ?? 0)),
    );
    expect(Math.max(...distance), `${corner} is ${seen.colors[corner]}`).toBeLessThan(24);
  }
}
