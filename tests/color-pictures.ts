import { readFile } from "node:fs/promises";
import { crc32, deflateSync } from "node:zlib";
import Color from "colorjs.io";
import sharp from "sharp";

type Rgb = readonly [number, number, number];
/** Top left, top right, bottom left, bottom right. */
export type Fields = readonly [Rgb, Rgb, Rgb, Rgb];

/** A file with four fields, and the colours that a colour-managed viewer shows for it. */
export type ColorPicture = {
  name: string;
  make: () => Promise<Buffer>;
  wanted: () => Promise<Fields>;
};

const WIDTH = 640;
const HEIGHT = 480;

export const plainFields: Fields = [
  [200, 60, 50],
  [60, 170, 70],
  [60, 80, 200],
  [210, 170, 140],
];
/** In PQ and HLG of BT.2020. Some are below the knee of the tone curve, some above it. */
const hdrFields: Fields = [
  [0.56, 0.46, 0.43],
  [0.45, 0.53, 0.46],
  [0.46, 0.48, 0.56],
  [0.66, 0.64, 0.6],
];
const hdrAsBytes = hdrFields.map((rgb) =>
  rgb.map((value) => Math.round(255 * value)),
) as unknown as Fields;

const P3 = { red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06] } as const;
const SRGB = { red: [0.64, 0.33], green: [0.3, 0.6], blue: [0.15, 0.06] } as const;
type Corners = Record<"red" | "green" | "blue", readonly [number, number]>;

const fields = (of: Fields) =>
  sharp(Buffer.from(of.flat()), { raw: { width: 2, height: 2, channels: 3 } }).resize(
    WIDTH,
    HEIGHT,
    {
      kernel: "nearest",
      fit: "fill",
    },
  );
const raw = () => fields(plainFields);
const png = () => raw().png().toBuffer();
const jpeg = () => raw().jpeg({ quality: 98, chromaSubsampling: "4:4:4" }).toBuffer();

/** A PNG of 16 bits that contains each number unrounded. */
async function deepPng(of: Fields): Promise<Buffer> {
  const rows = Array.from({ length: HEIGHT }, (_, y) => {
    const row = Buffer.alloc(1 + WIDTH * 6);
    for (let x = 0; x < WIDTH; x++) {
      const color = of[(y < HEIGHT / 2 ? 0 : 2) + (x < WIDTH / 2 ? 0 : 1)] ?? of[0];
      for (const [at, value] of color.entries())
        row.writeUInt16BE(Math.round(value * 65_535), 1 + x * 6 + at * 2);
    }
    return row;
  });
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 16, 2, 0, 0, 0]);
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(HEIGHT, 4);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    pngChunk("IHDR", header),
    pngChunk("IDAT", deflateSync(Buffer.concat(rows))),
    pngChunk("IEND", Buffer.alloc(0)),
  ]);
}

const unit = (of: Fields) => of.map((rgb) => rgb.map((value) => value / 255)) as unknown as Fields;

function pngChunk(name: string, body: Uint8Array): Buffer {
  const content = Buffer.concat([Buffer.from(name, "latin1"), body]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length);
  check.writeUInt32BE(crc32(content));
  return Buffer.concat([length, content, check]);
}

/** Inserts chunks after the header of a PNG. */
export function withChunks(file: Buffer, ...chunks: [name: string, body: Uint8Array][]): Buffer {
  const made = chunks.map(([name, body]) => pngChunk(name, body));
  return Buffer.concat([file.subarray(0, 33), ...made, file.subarray(33)]);
}

const cicp = (primaries: number, transfer: number) =>
  ["cICP", Buffer.from([primaries, transfer, 0, 1])] as [string, Buffer];
const gama = (value: number) => ["gAMA", numbers(value)] as [string, Buffer];
const chrm = ({ red, green, blue }: Corners) =>
  ["cHRM", numbers(0.3127, 0.329, ...red, ...green, ...blue)] as [string, Buffer];
const iccp = (profile: Uint8Array) =>
  ["iCCP", Buffer.concat([Buffer.from("x\0\0", "latin1"), deflateSync(profile)])] as [
    string,
    Buffer,
  ];

function numbers(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [at, value] of values.entries())
    bytes.writeUInt32BE(Math.round(value * 100_000), 4 * at);
  return bytes;
}

/** Adds a colour profile to a PNG or a JPEG. */
export function withProfile(file: Buffer, profile: Uint8Array): Buffer {
  if (file[0] === 0x89) return withChunks(file, iccp(profile));
  const content = Buffer.concat([Buffer.from("ICC_PROFILE\0\x01\x01", "latin1"), profile]);
  const segment = Buffer.from([0xff, 0xe2, (content.length + 2) >> 8, (content.length + 2) & 255]);
  return Buffer.concat([file.subarray(0, 2), segment, content, file.subarray(2)]);
}

/** Makes a profile with three primaries and one gamma, in the format of ICC.1 version 2. */
export function makeProfile(
  places: Corners,
  gamma: number,
  white: Rgb = [0.9505, 1, 1.0891],
): Buffer {
  const columns = toColumns(places, white);
  const xyz = (values: readonly number[]) => {
    const tag = Buffer.alloc(20);
    tag.write("XYZ ");
    for (const [at, value] of values.entries())
      tag.writeInt32BE(Math.round(value * 65_536), 8 + 4 * at);
    return tag;
  };
  const curve = Buffer.alloc(16);
  curve.write("curv");
  curve.writeUInt32BE(1, 8);
  curve.writeUInt16BE(Math.round(gamma * 256), 12);
  return assemble("RGB ", [
    ["wtpt", xyz([0.9642, 1, 0.8249])],
    ...(["rXYZ", "gXYZ", "bXYZ"] as const).map(
      (name, at) => [name, xyz(columns[at] ?? [])] as [string, Buffer],
    ),
    ["rTRC", curve],
    ["gTRC", curve],
    ["bTRC", curve],
  ]);
}

/** Makes a profile for shades of grey. */
function makeGrayProfile(gamma: number): Buffer {
  const curve = Buffer.alloc(16);
  curve.write("curv");
  curve.writeUInt32BE(1, 8);
  curve.writeUInt16BE(Math.round(gamma * 256), 12);
  const white = Buffer.alloc(20);
  white.write("XYZ ");
  for (const [at, value] of [0.9642, 1, 0.8249].entries())
    white.writeInt32BE(Math.round(value * 65_536), 8 + 4 * at);
  return assemble("GRAY", [
    ["wtpt", white],
    ["kTRC", curve],
  ]);
}

function assemble(space: string, tags: [string, Buffer][]): Buffer {
  const named: [string, Buffer][] = [
    ["desc", describeProfile("test")],
    ["cprt", text("CC0")],
    ...tags,
  ];
  const header = Buffer.alloc(128);
  header.writeUInt32BE(0x02400000, 8);
  header.write("mntr", 12);
  header.write(space, 16);
  header.write("XYZ ", 20);
  header.write("acsp", 36);
  for (const [at, value] of [0.9642, 1, 0.8249].entries())
    header.writeInt32BE(Math.round(value * 65_536), 68 + 4 * at);
  const table = Buffer.alloc(4 + 12 * named.length);
  table.writeUInt32BE(named.length);
  let at = header.length + table.length;
  for (const [place, [name, body]] of named.entries()) {
    table.write(name, 4 + 12 * place);
    table.writeUInt32BE(at, 8 + 12 * place);
    table.writeUInt32BE(body.length, 12 + 12 * place);
    at += body.length;
  }
  const whole = Buffer.concat([header, table, ...named.map(([, body]) => body)]);
  whole.writeUInt32BE(whole.length);
  return whole;
}

function describeProfile(name: string): Buffer {
  const tag = Buffer.alloc(108);
  tag.write("desc");
  tag.writeUInt32BE(name.length + 1, 8);
  tag.write(name, 12);
  return tag;
}

function text(content: string): Buffer {
  const tag = Buffer.alloc(12);
  tag.write("text");
  tag.write(content, 8);
  return tag;
}

// Bradford's adaptation of white to D50, computed by colorjs.
function toColumns(places: Corners, white: Rgb): number[][] {
  const { red, green, blue } = places;
  const columns = [red, green, blue].map(([x, y]) => [x / y, 1, (1 - x - y) / y]);
  const shares = solve(columns as number[][], [...white]);
  return columns.map((column, at) => {
    const light = column.map((value) => value * (shares[at] ?? 0)) as [number, number, number];
    return new Color("xyz-d65", light).to("xyz-d50").coords.map(Number);
  });
}

function solve([a, b, c]: number[][], wanted: number[]): number[] {
  const determinant = (x: number[], y: number[], z: number[]) =>
    (x[0] ?? 0) * ((y[1] ?? 0) * (z[2] ?? 0) - (y[2] ?? 0) * (z[1] ?? 0)) -
    (y[0] ?? 0) * ((x[1] ?? 0) * (z[2] ?? 0) - (x[2] ?? 0) * (z[1] ?? 0)) +
    (z[0] ?? 0) * ((x[1] ?? 0) * (y[2] ?? 0) - (x[2] ?? 0) * (y[1] ?? 0));
  const [x, y, z] = [a ?? [], b ?? [], c ?? []];
  const whole = determinant(x, y, z);
  return [determinant(wanted, y, z), determinant(x, wanted, z), determinant(x, y, wanted)].map(
    (value) => value / whole,
  );
}

/** Changes the codes in the `nclx` box of a HEIC. */
export function withCodes(file: Buffer, primaries: number, transfer: number): Buffer {
  const copy = Buffer.from(file);
  const at = copy.indexOf("colrnclx");
  if (at < 0) throw new Error("it names no codes");
  copy.writeUInt16BE(primaries, at + 8);
  copy.writeUInt16BE(transfer, at + 10);
  return copy;
}

/** Moves the pixels of an AVIF to a new one that names its codes, because sharp writes none. */
function codedAvif(file: Buffer, primaries: number, transfer: number): Buffer {
  const find = (name: string) => {
    const at = file.indexOf(name) - 4;
    return file.subarray(at, at + file.readUInt32BE(at));
  };
  const pixels = file.subarray(file.indexOf("mdat") + 4);
  const codes = Buffer.alloc(11);
  codes.write("nclx");
  codes.writeUInt16BE(primaries, 4);
  codes.writeUInt16BE(transfer, 6);
  // The codes of sharp's own pixels: BT.601, full range.
  codes.writeUInt16BE(6, 8);
  codes[10] = 0x80;
  const properties = [find("ispe"), find("pixi"), find("av1C"), box("colr", codes)];
  const brands = box("ftyp", Buffer.from("avif\0\0\0\0avifmif1miaf", "latin1"));
  const meta = (offset: number) =>
    fullBox(
      "meta",
      0,
      fullBox("hdlr", 0, Buffer.from(`\0\0\0\0pict${"\0".repeat(13)}`, "latin1")),
      fullBox("pitm", 0, shorts(1)),
      fullBox("iloc", 0, Buffer.from([0x44, 0]), shorts(1, 1, 0, 1), longs(offset, pixels.length)),
      fullBox("iinf", 0, shorts(1), fullBox("infe", 2, shorts(1, 0), Buffer.from("av01\0"))),
      box(
        "iprp",
        box("ipco", ...properties),
        fullBox("ipma", 0, longs(1), shorts(1), Buffer.from([4, 1, 2, 0x83, 4])),
      ),
    );
  const offset = brands.length + meta(0).length + 8;
  return Buffer.concat([brands, meta(offset), box("mdat", pixels)]);
}

function box(name: string, ...bodies: Uint8Array[]): Buffer {
  const body = Buffer.concat(bodies);
  return Buffer.concat([longs(8 + body.length), Buffer.from(name, "latin1"), body]);
}

function fullBox(name: string, version: number, ...bodies: Uint8Array[]): Buffer {
  return box(name, Buffer.from([version, 0, 0, 0]), ...bodies);
}

function shorts(...values: number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  for (const [at, value] of values.entries()) bytes.writeUInt16BE(value, 2 * at);
  return bytes;
}

function longs(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [at, value] of values.entries()) bytes.writeUInt32BE(value, 4 * at);
  return bytes;
}

/** Converts numbers of a colour space with colorjs. */
export function judge(space: string, of: Fields): Fields {
  return of.map((rgb) => {
    const color = new Color(space, rgb.map((value) => value / 255) as [number, number, number]);
    return color.to("srgb").coords.map((value) => toByte(Number(value)));
  }) as unknown as Fields;
}

const toByte = (value: number) => Math.round(255 * Math.min(Math.max(value, 0), 1));

/** Converts a file with LittleCMS, through sharp. */
async function judgeFile(file: Promise<Buffer>): Promise<Fields> {
  return seeFields(
    await sharp(await file)
      // Without it, sharp leaves the numbers of 16 bits as they are.
      .withIccProfile("srgb", { attach: false })
      .toColourspace("srgb")
      .png()
      .toBuffer(),
  );
}

/** Converts PQ and HLG by the formulas of ITU-R BT.2100, tone-mapped by BT.2390 from 1,000 to 203 candela. */
export function judgeHdr(kind: "pq" | "hlg", of: Fields): Fields {
  return of.map((rgb) => {
    const candela = kind === "pq" ? rgb.map(pq) : hlg(rgb);
    const brightest = Math.max(...candela);
    const scale = brightest > 0 ? toneMap(brightest) / brightest / 203 : 0;
    const linear = candela.map((value) => value * scale) as [number, number, number];
    return new Color("rec2020-linear", linear)
      .to("srgb")
      .coords.map((value) => toByte(Number(value)));
  }) as unknown as Fields;
}

const M1 = 0.1593017578125;
const M2 = 78.84375;
const C1 = 0.8359375;
const C2 = 18.8515625;
const C3 = 18.6875;

function pq(value: number): number {
  const power = value ** (1 / M2);
  return 10_000 * (Math.max(power - C1, 0) / (C2 - C3 * power)) ** (1 / M1);
}

function inversePq(candela: number): number {
  const power = (candela / 10_000) ** M1;
  return ((C1 + C2 * power) / (1 + C3 * power)) ** M2;
}

function hlg(rgb: Rgb): number[] {
  const scene = rgb.map((value) =>
    value <= 0.5
      ? (value * value) / 3
      : (Math.exp((value - 0.55991073) / 0.17883277) + 0.28466892) / 12,
  );
  const [r = 0, g = 0, b = 0] = scene;
  const luminance = 0.2627 * r + 0.678 * g + 0.0593 * b;
  return scene.map((value) => 1000 * luminance ** 0.2 * value);
}

function toneMap(candela: number): number {
  const white = inversePq(1000);
  const most = inversePq(203) / white;
  const start = 1.5 * most - 0.5;
  const value = Math.min(inversePq(candela) / white, 1);
  if (value < start) return candela;
  const t = (value - start) / (1 - start);
  const curved =
    (2 * t ** 3 - 3 * t ** 2 + 1) * start +
    (t ** 3 - 2 * t ** 2 + t) * (1 - start) +
    (3 * t ** 2 - 2 * t ** 3) * most;
  return pq(curved * white);
}

/** Returns the stored colour in the middle of each field. */
export async function seeFields(file: Buffer | string): Promise<Fields> {
  const picture = sharp(file).removeAlpha();
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  return [
    [0.25, 0.25],
    [0.75, 0.25],
    [0.25, 0.75],
    [0.75, 0.75],
  ].map(([x = 0, y = 0]) => {
    const at =
      (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels;
    return [...data.subarray(at, at + 3)]
      .concat(info.channels < 3 ? [data[at] ?? 0, data[at] ?? 0] : [])
      .slice(0, 3);
  }) as unknown as Fields;
}

const photo = (name: string) => readFile(new URL(`photos/${name}`, import.meta.url));
const plain = async () => plainFields;
const of = (
  name: string,
  make: () => Promise<Buffer>,
  wanted: () => Promise<Fields>,
): ColorPicture => ({
  name,
  make,
  wanted,
});
/** LittleCMS converts the file itself. */
const byFile = (name: string, make: () => Promise<Buffer>) =>
  of(name, make, () => judgeFile(make()));

const adobe = () =>
  makeProfile({ red: [0.64, 0.33], green: [0.21, 0.71], blue: [0.15, 0.06] }, 2.19921875);
const wide = () =>
  makeProfile({ red: [0.708, 0.292], green: [0.17, 0.797], blue: [0.131, 0.046] }, 2.4);
const display = () => makeProfile(P3, 2.2);
const avif = (bitdepth: 8 | 10 | 12, numbersOf: Fields = plainFields) =>
  fields(numbersOf).avif({ quality: 98, chromaSubsampling: "4:4:4", bitdepth }).toBuffer();

export const colorPictures: readonly ColorPicture[] = [
  of("JPEG, plain", jpeg, plain),
  byFile("JPEG, profile sRGB", () => raw().withIccProfile("srgb").jpeg({ quality: 98 }).toBuffer()),
  byFile("JPEG, profile Display P3", async () => withProfile(await jpeg(), display())),
  byFile("JPEG, profile Adobe RGB", async () => withProfile(await jpeg(), adobe())),
  byFile("JPEG, profile BT.2020", async () => withProfile(await jpeg(), wide())),
  byFile("JPEG, progressive, profile Display P3", async () =>
    withProfile(await raw().jpeg({ quality: 98, progressive: true }).toBuffer(), display()),
  ),
  byFile("JPEG, grey, profile gamma 1.8", async () =>
    withProfile(await raw().grayscale().jpeg({ quality: 98 }).toBuffer(), makeGrayProfile(1.8)),
  ),
  byFile("JPEG, four inks", () => raw().toColourspace("cmyk").jpeg({ quality: 98 }).toBuffer()),
  byFile("JPEG, four inks with a profile", () =>
    raw().withIccProfile("cmyk").jpeg({ quality: 98 }).toBuffer(),
  ),
  of("PNG, plain", png, plain),
  of("PNG, palette", () => raw().png({ palette: true }).toBuffer(), plain),
  of("PNG, 16 bits", () => deepPng(unit(plainFields)), plain),
  of(
    "PNG, gAMA 1.0",
    async () => withChunks(await png(), gama(1)),
    async () => judge("srgb-linear", plainFields),
  ),
  of(
    "PNG, gAMA 1/2.2",
    async () => withChunks(await png(), gama(1 / 2.2)),
    async () => judgeFile(png().then((file) => withProfile(file, makeProfile(SRGB, 2.2)))),
  ),
  of(
    "PNG, gAMA 1/2.2 with cHRM of P3",
    async () => withChunks(await png(), gama(1 / 2.2), chrm(P3)),
    async () => judgeFile(png().then((file) => withProfile(file, display()))),
  ),
  of(
    "PNG, sRGB beside gAMA 1.0",
    async () => withChunks(await png(), ["sRGB", Buffer.from([0])], gama(1)),
    plain,
  ),
  byFile("PNG, profile Display P3", async () => withProfile(await png(), display())),
  byFile("PNG, 16 bits, profile Display P3", async () =>
    withProfile(await deepPng(unit(plainFields)), display()),
  ),
  byFile("PNG, profile Adobe RGB", async () => withProfile(await png(), adobe())),
  of(
    "PNG, cICP P3",
    async () => withChunks(await png(), cicp(12, 13)),
    async () => judge("p3", plainFields),
  ),
  of(
    "PNG, cICP P3 beside another profile",
    async () => withChunks(await png(), cicp(12, 13), iccp(adobe())),
    async () => judge("p3", plainFields),
  ),
  of(
    "PNG, 16 bits, cICP PQ",
    async () => withChunks(await deepPng(hdrFields), cicp(9, 16)),
    async () => judgeHdr("pq", hdrFields),
  ),
  of(
    "PNG, 16 bits, cICP HLG",
    async () => withChunks(await deepPng(hdrFields), cicp(9, 18)),
    async () => judgeHdr("hlg", hdrFields),
  ),
  of("WebP, plain", () => raw().webp({ quality: 98 }).toBuffer(), plain),
  byFile("WebP, profile Display P3", () =>
    raw().withIccProfile("p3").webp({ lossless: true }).toBuffer(),
  ),
  of("GIF", () => raw().gif().toBuffer(), plain),
  of("AVIF, plain", () => avif(8), plain),
  of("AVIF, 10 bits", () => avif(10), plain),
  byFile("AVIF, profile Display P3", () =>
    raw().withIccProfile("p3").avif({ quality: 98, chromaSubsampling: "4:4:4" }).toBuffer(),
  ),
  of(
    "AVIF, codes of P3",
    async () => codedAvif(await avif(8), 12, 13),
    async () => judge("p3", plainFields),
  ),
  of(
    "AVIF, 10 bits, PQ",
    async () => codedAvif(await avif(10, hdrAsBytes), 9, 16),
    async () => judgeHdr("pq", hdrFields),
  ),
  of(
    "AVIF, 10 bits, HLG",
    async () => codedAvif(await avif(10, hdrAsBytes), 9, 18),
    async () => judgeHdr("hlg", hdrFields),
  ),
  of("HEIC, plain", async () => withCodes(await photo("fields-8.heic"), 1, 13), plain),
  of("HEIC, profile Display P3", () => photo("p3.heic"), plain),
  of(
    "HEIC, codes of P3",
    () => photo("fields-8.heic"),
    async () => judge("p3", plainFields),
  ),
  of(
    "HEIC, 10 bits, PQ",
    () => photo("fields-10.heic"),
    async () => judgeHdr("pq", hdrFields),
  ),
  of(
    "HEIC, 10 bits, HLG",
    async () => withCodes(await photo("fields-10.heic"), 9, 18),
    async () => judgeHdr("hlg", hdrFields),
  ),
];
