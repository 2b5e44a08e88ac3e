import "server-only";
import { writeFile } from "node:fs/promises";
import sharp from "sharp";
import type { Size } from "@/lib/generation";
import { DECODED_WITHIN_SECONDS, decodeInTurn } from "./decode-in-turn";

/** The largest picture that chats fetch. WhatsApp stops at 600 kB. */
const MOST_BYTES = 590_000;
const LONG_SIDE = 1200;
const QUALITIES = [82, 70, 55, 40, 25, 10];

/** Returns the size of the preview's picture for a poster of this size. */
export function previewSizeOf({ width, height }: Size): Size {
  const scale = Math.min(1, LONG_SIDE / Math.max(width, height));
  const shrink = (side: number) => Math.max(1, Math.round(side * scale));
  return { width: shrink(width), height: shrink(height) };
}

/** Writes the picture for previews in chats: the poster with a play mark, as large a JPEG as chats accept. */
export async function makePreview(poster: Uint8Array, output: string): Promise<void> {
  await writeFile(output, await decodeInTurn(() => draw(poster)));
}

async function draw(poster: Uint8Array): Promise<Buffer> {
  const source = sharp(poster).timeout({ seconds: DECODED_WITHIN_SECONDS });
  const size = previewSizeOf(await source.metadata());
  const { data, info } = await source
    .resize({ ...size, fit: "fill" })
    .composite([{ input: Buffer.from(playMark(size)) }])
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  // `info` is not passed whole, because its value for alpha belongs to an earlier step.
  const { width, height, channels } = info;
  const picture = sharp(data, { raw: { width, height, channels } });
  let jpeg = Buffer.alloc(0);
  for (const quality of QUALITIES) {
    jpeg = await picture.clone().jpeg({ quality, mozjpeg: true }).toBuffer();
    if (jpeg.length <= MOST_BYTES) break;
  }
  return jpeg;
}

/** Draws the mark in the middle, where it stays visible if a chat crops the picture. */
function playMark({ width, height }: Size): string {
  const radius = Math.round(Math.min(width, height) * 0.13);
  const [x, y, side] = [width / 2, height / 2, radius * 0.5];
  const corners = [
    [x - side * 0.75, y - side],
    [x - side * 0.75, y + side],
    [x + side * 1.05, y],
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <circle cx="${x}" cy="${y}" r="${radius}" fill="#0c0b0a" fill-opacity="0.62"/>
    <polygon points="${corners.map((corner) => corner.join(",")).join(" ")}" fill="#ffffff"/>
  </svg>`;
}
