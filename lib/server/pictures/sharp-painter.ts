import "server-only";
import sharp, { type Sharp } from "sharp";
import type { Size } from "@/lib/generation";
import { convertDeepToSrgb, convertToSrgb, type Encoding } from "@/lib/picture/color/convert";
import { type Area, turnUpright, uprightSize } from "@/lib/picture/fit";
import type { Inspected } from "@/lib/picture/inspect";
import type { Drawing, Painter } from "@/lib/picture/prepare";
import { Refusal } from "@/lib/picture/refusal";
import { DECODED_WITHIN_SECONDS } from "../media/decode-in-turn";
import { decodeHeic } from "./heic/decode-heic";

/** Of a picture that this server prepares, each of which takes four bytes and more. */
const MAX_PIXELS = 50_000_000;

/** `isDeep` for more than eight bits. `hasProfile`: libvips reads the colours by the file's own profile. */
type Decoded = Size & {
  open: () => Sharp;
  isDeep: boolean;
  hasProfile: boolean;
  encoding?: Encoding;
};
type Pixels = Size & { data: Buffer };

/** Decodes and draws with libvips, and HEIC with libheif: what a browser's canvas does, in the same steps. */
export const sharpPainter: Painter<Decoded> = {
  async decode(inspected) {
    const { width, height } = inspected.header;
    if (width * height > MAX_PIXELS)
      throw new Refusal("picture_too_many_pixels", { width, height });
    return decode(inspected).catch((cause: unknown) => {
      throw cause instanceof Refusal ? cause : new Refusal("picture_unreadable");
    });
  },
  async draw(decoded, { metadata, header }, area, size) {
    const stored = await drawAsStored(decoded, metadata.orientation, area, size);
    const pixels = turn(stored, metadata.orientation);
    return toDrawing(pixels, header.mayShowThrough && showsThrough(pixels));
  },
};

async function decode({ format, bytes, color }: Inspected): Promise<Decoded> {
  const encoding = color.kind === "encoded" ? color.encoding : undefined;
  if (format === "heic") {
    const { pixels, width, height } = await decodeHeic(bytes);
    const raw = { width, height, channels: 4 } as const;
    const own = color.kind === "profile" ? color.encoding : encoding;
    const isDeep = pixels instanceof Uint16Array;
    return {
      width,
      height,
      open: () => sharp(pixels, { raw }),
      isDeep,
      hasProfile: false,
      encoding: own,
    };
  }
  const open = () =>
    sharp(bytes, { failOn: "truncated", limitInputPixels: MAX_PIXELS, sequentialRead: true });
  const { width, height, depth, icc } = await open().metadata();
  return {
    width,
    height,
    open,
    isDeep: depth === "ushort",
    hasProfile: icc !== undefined,
    encoding,
  };
}

/** The part in its size, but turned as the file has it: libvips cuts and scales before it turns. */
async function drawAsStored(
  { open, isDeep, hasProfile, encoding, ...whole }: Decoded,
  orientation: number,
  area: Area,
  size: Size,
): Promise<Pixels> {
  const { x, y, width, height } = toStored(area, orientation, whole);
  const wanted = uprightSize(size, orientation);
  const drawn = open()
    .timeout({ seconds: DECODED_WITHIN_SECONDS })
    .extract({ left: x, top: y, width, height })
    .resize({ ...wanted, fit: "fill" })
    .ensureAlpha();
  if (isDeep && encoding) {
    const data = await drawn.toColourspace("rgb16").raw({ depth: "ushort" }).toBuffer();
    const numbers = new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
    return { ...wanted, data: Buffer.from(convertDeepToSrgb(numbers, 4, encoding).buffer) };
  }
  // sharp applies the profile of a deep picture only if it is asked for the profile of the result.
  const converted = isDeep && hasProfile ? drawn.withIccProfile("srgb", { attach: false }) : drawn;
  const data = await converted.toColourspace("srgb").raw({ depth: "uchar" }).toBuffer();
  if (encoding) convertToSrgb(data, 4, encoding);
  return { ...wanted, data };
}

function toStored(area: Area, orientation: number, stored: Size): Area {
  const [a, b, c, d, e, f] = turnUpright(orientation, uprightSize(stored, orientation));
  const back = (x: number, y: number) => [a * (x - e) + b * (y - f), c * (x - e) + d * (y - f)];
  const [x1 = 0, y1 = 0] = back(area.x, area.y);
  const [x2 = 0, y2 = 0] = back(area.x + area.width, area.y + area.height);
  const [x, y] = [Math.round(Math.min(x1, x2)), Math.round(Math.min(y1, y2))];
  const { width, height } = uprightSize(area, orientation);
  return {
    x: Math.max(0, x),
    y: Math.max(0, y),
    width: Math.min(Math.round(width), stored.width - x),
    height: Math.min(Math.round(height), stored.height - y),
  };
}

function turn(stored: Pixels, orientation: number): Pixels {
  if (orientation === 1) return stored;
  const size = uprightSize(stored, orientation);
  const [a, b, c, d, e, f] = turnUpright(orientation, size);
  const from = new Uint32Array(Uint8Array.from(stored.data).buffer);
  const to = new Uint32Array(from.length);
  for (let y = 0, at = 0; y < stored.height; y++) {
    for (let x = 0; x < stored.width; x++, at++) {
      const [u, v] = [x + 0.5, y + 0.5];
      const place = Math.floor(b * u + d * v + f) * size.width + Math.floor(a * u + c * v + e);
      to[place] = from[at] as number;
    }
  }
  return { ...size, data: Buffer.from(to.buffer) };
}

function showsThrough({ data }: Pixels): boolean {
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return true;
  return false;
}

function toDrawing({ data, width, height }: Pixels, isSeeThrough: boolean): Drawing {
  return {
    isSeeThrough,
    async encode(type, quality, background) {
      const picture = sharp(data, { raw: { width, height, channels: 4 } })
        .flatten({ background: `#${background}` })
        .timeout({ seconds: DECODED_WITHIN_SECONDS });
      const file =
        type === "image/png" ? picture.png() : picture.jpeg({ quality: Math.round(100 * quality) });
      return new Blob([new Uint8Array(await file.toBuffer())], { type });
    },
  };
}
