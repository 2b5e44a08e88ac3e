import { parentPort } from "node:worker_threads";
import libheif from "libheif-js/wasm-bundle.js";

export type DecodedHeic = {
  width: number;
  height: number;
  pixels: Uint8ClampedArray | Uint16Array;
};
export type HeicOrder = { bytes: Uint8Array; depth: number };
export type HeicMessage = DecodedHeic | { error: string };

parentPort?.on("message", (order: HeicOrder) => {
  decode(order).then(
    (decoded) => parentPort?.postMessage(decoded, [decoded.pixels.buffer as ArrayBuffer]),
    (error: unknown) => parentPort?.postMessage({ error: String(error) } satisfies HeicMessage),
  );
});

async function decode({ bytes, depth }: HeicOrder): Promise<DecodedHeic> {
  const [image] = new libheif.HeifDecoder().decode(bytes);
  if (!image) throw new Error("no picture in it");
  const [width, height] = [image.get_width(), image.get_height()];
  if (depth > 8) return { width, height, pixels: decodeDeep(image, depth) };
  const pixels = new Uint8ClampedArray(4 * width * height).fill(255);
  await new Promise<void>((resolve, reject) => {
    image.display({ data: pixels, width, height }, (shown) =>
      shown ? resolve() : reject(new Error("it can't be decoded")),
    );
  });
  return { width, height, pixels };
}

/** Ten or twelve bits, spread over sixteen. */
function decodeDeep({ handle }: libheif.Image, depth: number): Uint16Array {
  const { heif_colorspace_RGB: rgb, heif_chroma_interleaved_RRGGBBAA_LE: deep } = libheif;
  const { channels, width, height } = libheif.heif_js_decode_image2(handle, rgb, deep);
  const [channel] = channels ?? [];
  if (!channel) throw new Error("it can't be decoded");
  const view = new DataView(channel.data.buffer, channel.data.byteOffset, channel.data.byteLength);
  const pixels = new Uint16Array(4 * width * height);
  const scale = 65_535 / (2 ** depth - 1);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < 4 * width; x++, at++)
      pixels[at] = Math.round(view.getUint16(y * channel.stride + 2 * x, true) * scale);
  }
  return pixels;
}
