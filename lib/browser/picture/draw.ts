import type { Size } from "@/lib/generation";
import { MAX_PICTURE_BYTES } from "@/lib/models/limits";
import { type Area, turnUpright, uprightSize } from "./fit";

/** A part of the picture, upright, at the given size. */
export function draw(
  bitmap: ImageBitmap,
  orientation: number,
  part: Area,
  { width, height }: Size,
): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height);
  const context = contextOf(canvas);
  context.imageSmoothingQuality = "high";
  context.scale(width / part.width, height / part.height);
  context.translate(-part.x, -part.y);
  context.transform(...turnUpright(orientation, uprightSize(bitmap, orientation)));
  context.drawImage(bitmap, 0, 0);
  return canvas;
}

/** As PNG when `isExact` and when it shows through, as long as that fits the model; else as JPEG. */
export async function encode(canvas: OffscreenCanvas, isExact: boolean): Promise<Blob> {
  if (isExact || isSeeThrough(canvas)) {
    const png = await canvas.convertToBlob({ type: "image/png" });
    if (png.size <= MAX_PICTURE_BYTES) return png;
    putOnWhite(canvas);
  }
  const jpeg = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.93 });
  if (jpeg.size <= MAX_PICTURE_BYTES) return jpeg;
  // Pure noise at the largest size that is sent still comes to less than the limit.
  return canvas.convertToBlob({ type: "image/jpeg", quality: 0.7 });
}

function isSeeThrough(canvas: OffscreenCanvas): boolean {
  const { data } = contextOf(canvas).getImageData(0, 0, canvas.width, canvas.height);
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return true;
  return false;
}

// A JPEG shows what was see-through as black.
function putOnWhite(canvas: OffscreenCanvas) {
  const context = contextOf(canvas);
  context.resetTransform();
  context.globalCompositeOperation = "destination-over";
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
}

function contextOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("this browser gives no canvas");
  return context;
}
