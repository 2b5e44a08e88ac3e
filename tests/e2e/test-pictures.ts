import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import sharp, { type Sharp } from "sharp";

const photos = resolve(import.meta.dirname, "../photos");

export const readPhoto = (name: string) => readFile(join(photos, name));

export const corners = {
  topLeft: [208, 32, 32],
  topRight: [32, 160, 32],
  bottomLeft: [32, 64, 208],
  bottomRight: [208, 192, 32],
} as const;

export const cornerNames = ["topLeft", "topRight", "bottomLeft", "bottomRight"] as const;

export type CornerColors = Record<keyof typeof corners, readonly number[]>;

/** A picture with one colour in each quarter. */
export function quarters(width = 640, height = 480): Sharp {
  const pixels = Buffer.from(cornerNames.flatMap((name) => [...corners[name]]));
  return sharp(pixels, { raw: { width: 2, height: 2, channels: 3 } }).resize(width, height, {
    kernel: "nearest",
    fit: "fill",
  });
}

/** A picture as a rotated camera stores it: turned, with an EXIF orientation that turns it back. */
export async function turned(orientation: number): Promise<Sharp> {
  const upright = await quarters().png().toBuffer();
  const rotated = [5, 7, 8].includes(orientation) ? 90 : orientation === 6 ? 270 : 0;
  const first = await sharp(upright)
    .rotate(orientation === 3 ? 180 : rotated)
    .png()
    .toBuffer();
  const stored = sharp(first);
  if (orientation === 2 || orientation === 5) stored.flop();
  if (orientation === 4 || orientation === 7) stored.flip();
  return sharp(await stored.png().toBuffer()).withMetadata({ orientation });
}

export const placeAndCamera = {
  IFD0: { Make: "Firstframe", Model: "Pinhole" },
  IFD3: {
    GPSLatitudeRef: "N",
    GPSLatitude: "52/1 31/1 0/1",
    GPSLongitudeRef: "E",
    GPSLongitude: "13/1 24/1 0/1",
  },
};

export function withXmpPlace(picture: Sharp): Sharp {
  const place =
    '<rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="52,31N"/>';
  return picture.withXmp(
    `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">${place}</rdf:RDF></x:xmpmeta>`,
  );
}

export async function frames(): Promise<Sharp> {
  const second = sharp({ create: { width: 640, height: 480, channels: 3, background: "#000" } });
  const pictures = [await quarters().png().toBuffer(), await second.png().toBuffer()];
  return sharp(pictures, { join: { animated: true } });
}

/** A BMP with 24 bits per pixel, from the bottom row up. */
export async function bmp(width: number, height: number): Promise<Buffer> {
  const pixels = await quarters(width, height).flip().raw().toBuffer();
  for (let at = 0; at < pixels.length; at += 3) pixels.subarray(at, at + 3).reverse();
  const header = Buffer.alloc(54);
  header.write("BM");
  header.writeUInt32LE(54 + pixels.length, 2);
  header.writeUInt32LE(54, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(width, 18);
  header.writeInt32LE(height, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(24, 28);
  return Buffer.concat([header, pixels]);
}

/** A complete PNG that states this size and has almost no bytes. */
export function hugePng(width: number, height: number): Buffer {
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    pngChunk("IHDR", header),
    pngChunk("IDAT", deflateSync(Buffer.alloc(1000))),
    pngChunk("IEND", Buffer.alloc(0)),
  ]);
}

function pngChunk(name: string, body: Buffer): Buffer {
  const content = Buffer.concat([Buffer.from(name), body]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length);
  check.writeUInt32BE(crc32(content));
  return Buffer.concat([length, content, check]);
}

/** Changes the size in the header of a JPEG. */
export function withJpegSize(jpeg: Buffer, width: number, height: number): Buffer {
  const copy = Buffer.from(jpeg);
  const at = copy.indexOf(Buffer.from([0xff, 0xc0]));
  copy.writeUInt16BE(height, at + 5);
  copy.writeUInt16BE(width, at + 7);
  return copy;
}

/** Returns the stored size of a picture and the colours near its corners. */
export async function seeCorners(bytes: Buffer) {
  const picture = sharp(bytes).removeAlpha().toColourspace("srgb");
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const at = (x: number, y: number) => {
    const start = (Math.floor(y * height) * width + Math.floor(x * width)) * 3;
    return [...data.subarray(start, start + 3)];
  };
  const colors: CornerColors = {
    topLeft: at(0.05, 0.05),
    topRight: at(0.95, 0.05),
    bottomLeft: at(0.05, 0.95),
    bottomRight: at(0.95, 0.95),
  };
  return { size: `${width}x${height}`, colors };
}
