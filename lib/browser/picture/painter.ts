import type { Size } from "@/lib/generation";
import { convertToSrgb, type Encoding, isHdr } from "@/lib/picture/color/convert";
import { type Area, turnUpright, uprightSize } from "@/lib/picture/fit";
import { mimeType } from "@/lib/picture/format";
import type { Inspected } from "@/lib/picture/inspect";
import type { Drawing, Painter } from "@/lib/picture/prepare";
import { Refusal } from "@/lib/picture/refusal";
import { checkCanvas, checkCanvases, contextOf } from "./canvas-truth";

export type FetchPart = <Part>(importPart: () => Promise<Part>) => Promise<Part>;

/** `encoding` is for the numbers that were decoded as they are stored. */
export type Decoded = Size & { bitmap: ImageBitmap; encoding?: Encoding };

/** Something that this browser has no means for, and the server has. */
export class BeyondBrowser extends Error {
  override name = "BeyondBrowser";
}

/** Decodes and draws by the browser's own means. Throws `CanvasLies` and `BeyondBrowser`. */
export function openCanvasPainter(fetchPart: FetchPart): Painter<Decoded> {
  return {
    async decode(inspected) {
      if (isBeyond(inspected)) throw new BeyondBrowser();
      await checkCanvases();
      return decode(inspected, fetchPart);
    },
    async draw(decoded, inspected, area, size) {
      const canvas = draw(decoded, inspected.metadata.orientation, area, size);
      checkCanvas(canvas);
      const isConverted = decoded.encoding !== undefined;
      const isSeeThrough =
        isConverted || inspected.header.mayShowThrough ? finish(canvas, decoded.encoding) : false;
      return toDrawing(canvas, isSeeThrough);
    },
  };
}

function isBeyond({ color }: Inspected): boolean {
  // Browsers read a profile for screens, and make what they like of one for inks.
  if (color.kind === "profile") return color.space === "CMYK";
  // A canvas has eight bits, and HDR needs more.
  return color.kind === "encoded" && isHdr(color.encoding);
}

/** The pixels as stored. Of an animation the first frame. */
async function decode({ format, bytes, color }: Inspected, fetchPart: FetchPart): Promise<Decoded> {
  const blob = new Blob([bytes], { type: mimeType(format) });
  try {
    const bitmap = await createImageBitmap(blob);
    // What reads HEIC by itself also knows its colours.
    const encoding = color.kind === "encoded" && format !== "heic" ? color.encoding : undefined;
    return { ...sizeOf(bitmap), bitmap, encoding };
  } catch {
    if (format !== "heic") throw new Refusal("picture_unreadable");
  }
  if (color.kind === "profile" && !color.encoding) throw new BeyondBrowser();
  // 3 MB of script, for a format that only Safari reads by itself.
  const { heicTo } = await fetchPart(() => import("heic-to/csp"));
  const bitmap = await heicTo({ blob, type: "bitmap" }).catch(() => {
    throw new Refusal("picture_unreadable");
  });
  const encoding = color.kind === "plain" ? undefined : color.encoding;
  return { ...sizeOf(bitmap), bitmap, encoding };
}

function sizeOf({ width, height }: ImageBitmap): Size {
  return { width, height };
}

function draw(
  { bitmap }: Decoded,
  orientation: number,
  area: Area,
  { width, height }: Size,
): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height);
  const context = contextOf(canvas);
  context.imageSmoothingQuality = "high";
  context.scale(width / area.width, height / area.height);
  context.translate(-area.x, -area.y);
  context.transform(...turnUpright(orientation, uprightSize(bitmap, orientation)));
  context.drawImage(bitmap, 0, 0);
  context.resetTransform();
  return canvas;
}

/** Makes the pixels plain sRGB, and tells whether any shows what is behind it. */
function finish(canvas: OffscreenCanvas, encoding: Encoding | undefined): boolean {
  const context = contextOf(canvas);
  const image = context.getImageData(0, 0, canvas.width, canvas.height);
  const { data } = image;
  if (encoding) {
    convertToSrgb(data, 4, encoding);
    context.putImageData(image, 0, 0);
  }
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return true;
  return false;
}

function toDrawing(canvas: OffscreenCanvas, isSeeThrough: boolean): Drawing {
  return {
    isSeeThrough,
    encode(type, quality, background) {
      if (isSeeThrough) fillBehind(canvas, background);
      return canvas.convertToBlob({ type, quality });
    },
  };
}

function fillBehind(canvas: OffscreenCanvas, background: string) {
  const context = contextOf(canvas);
  context.globalCompositeOperation = "destination-over";
  context.fillStyle = `#${background}`;
  context.fillRect(0, 0, canvas.width, canvas.height);
}
