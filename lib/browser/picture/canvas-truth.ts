/** The browser hands out other pixels than were drawn, as some do so that a visitor can't be recognised by them. */
export class CanvasLies extends Error {
  override name = "CanvasLies";
}

const PATTERN_SIDE = 64;
const BLOCK_SIDE = 16;

/** Draws what is known and reads it back, in both ways that we read a canvas. Throws `CanvasLies`. */
export async function checkCanvases(): Promise<void> {
  const drawn = makePattern(PATTERN_SIDE);
  const canvas = new OffscreenCanvas(PATTERN_SIDE, PATTERN_SIDE);
  const context = contextOf(canvas);
  context.putImageData(drawn, 0, 0);
  compare(drawn, context.getImageData(0, 0, PATTERN_SIDE, PATTERN_SIDE));
  const file = await canvas.convertToBlob({ type: "image/png" });
  context.clearRect(0, 0, PATTERN_SIDE, PATTERN_SIDE);
  context.drawImage(await createImageBitmap(file), 0, 0);
  compare(drawn, context.getImageData(0, 0, PATTERN_SIDE, PATTERN_SIDE));
}

/** The same on a canvas that shows a picture, whose corner is put back. Throws `CanvasLies`. */
export function checkCanvas(canvas: OffscreenCanvas): void {
  const context = contextOf(canvas);
  const side = Math.min(BLOCK_SIDE, canvas.width, canvas.height);
  const corner = context.getImageData(0, 0, side, side);
  const drawn = makePattern(side);
  context.putImageData(drawn, 0, 0);
  compare(drawn, context.getImageData(0, 0, side, side));
  context.putImageData(corner, 0, 0);
}

export function contextOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("this browser gives no canvas");
  return context;
}

/** New each time: what is changed on purpose often depends on what is drawn. */
function makePattern(side: number): ImageData {
  const { data } = new ImageData(side, side);
  crypto.getRandomValues(data);
  for (let at = 3; at < data.length; at += 4) data[at] = 255;
  return new ImageData(data, side, side);
}

function compare(drawn: ImageData, read: ImageData) {
  if (read.data.some((value, at) => value !== drawn.data[at])) throw new CanvasLies();
}
