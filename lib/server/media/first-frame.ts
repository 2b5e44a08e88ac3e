import "server-only";
import { EncodedVideoChunk, VideoDecoder, type VideoFrame } from "@napi-rs/webcodecs";
import { EncodedPacketSink, type InputVideoTrack } from "mediabunny";
import sharp from "sharp";
import { decodeInTurn, MAX_DECODED_PIXELS } from "./decode-in-turn";
import { VideoUnusableError } from "./file-errors";
import { withVideoTrack } from "./open-input";

/** Returns the first frame, upright, as a PNG. Throws a `VideoUnusableError` if there is none. */
export async function readFirstFrame(path: string): Promise<Buffer> {
  return withVideoTrack(path, (track) => decodeInTurn(() => drawFirst(track)));
}

async function decodeFirst(track: InputVideoTrack): Promise<VideoFrame> {
  const packet = await new EncodedPacketSink(track).getFirstKeyPacket();
  const config = await track.getDecoderConfig();
  if (!packet || !config) throw new VideoUnusableError("The video has no frames.");

  const frames: VideoFrame[] = [];
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {});
  const decoder = new VideoDecoder({
    output: (frame) => frames.push(frame),
    error: failed.reject,
  });
  decoder.configure({
    codec: config.codec,
    codedWidth: config.codedWidth,
    codedHeight: config.codedHeight,
    description: config.description && toBytes(config.description),
    hardwareAcceleration: "prefer-software",
  });
  const { type, timestamp, data } = packet;
  decoder.decode(new EncodedVideoChunk({ type, timestamp: timestamp * 1_000_000, data }));
  await Promise.race([decoder.flush(), failed.promise]);
  decoder.close();
  const [frame] = frames;
  if (!frame) throw new VideoUnusableError("The first frame can't be decoded.");
  return frame;
}

function toBytes(source: AllowSharedBufferSource): Uint8Array {
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
}

async function drawFirst(track: InputVideoTrack): Promise<Buffer> {
  const [width, height] = [await track.getDisplayWidth(), await track.getDisplayHeight()];
  const codedPixels = (await track.getCodedWidth()) * (await track.getCodedHeight());
  if (Math.max(width * height, codedPixels) > MAX_DECODED_PIXELS)
    throw new VideoUnusableError(`No poster from ${width} x ${height} pixels.`);
  const frame = await decodeFirst(track);
  try {
    return await toPng(frame, track);
  } finally {
    frame.close();
  }
}

async function toPng(frame: VideoFrame, track: InputVideoTrack): Promise<Buffer> {
  const raw = { width: frame.codedWidth, height: frame.codedHeight, channels: 3 } as const;
  const picture = sharp(await toRgb(frame), { raw })
    .rotate(await track.getRotation())
    .flop(await track.getFlip())
    // This scales pixels that are not square.
    .resize(await track.getDisplayWidth(), await track.getDisplayHeight(), { fit: "fill" });
  return picture.png({ compressionLevel: 1 }).toBuffer();
}

// The bits of a sample, and how much smaller the colour planes are than the grey plane.
const layouts: Record<string, { bits: number; x: 0 | 1; y: 0 | 1 }> = {
  I420: { bits: 8, x: 1, y: 1 },
  I422: { bits: 8, x: 1, y: 0 },
  I444: { bits: 8, x: 0, y: 0 },
  I420P10: { bits: 10, x: 1, y: 1 },
  I422P10: { bits: 10, x: 1, y: 0 },
  I444P10: { bits: 10, x: 0, y: 0 },
};

// The package always converts by BT.601, whatever the video says, so this code converts itself.
async function toRgb(frame: VideoFrame): Promise<Buffer> {
  const { codedWidth: width, codedHeight: height } = frame;
  const layout = layouts[frame.format ?? ""];
  if (!layout) throw new VideoUnusableError(`No poster from ${frame.format}.`);
  const bytes = new Uint8Array(frame.allocationSize());
  const [lumas, blues, reds] = await frame.copyTo(bytes);
  if (!lumas || !blues || !reds) throw new VideoUnusableError("The frame lacks a plane.");

  const view = new DataView(bytes.buffer);
  const [size, scale] = layout.bits > 8 ? [2, 2 ** (layout.bits - 8)] : [1, 1];
  const read = (at: number) => (size === 1 ? (bytes[at] ?? 0) : view.getUint16(at, true) / scale);
  const { light, offset, redToRed, blueToGreen, redToGreen, blueToBlue } = findMatrix(frame);
  // This array clamps and rounds by itself.
  const rgb = new Uint8ClampedArray(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    const row = lumas.offset + y * lumas.stride;
    const blueRow = blues.offset + (y >> layout.y) * blues.stride;
    const redRow = reds.offset + (y >> layout.y) * reds.stride;
    for (let x = 0; x < width; x++, at += 3) {
      const grey = light * (read(row + x * size) - offset);
      const blue = read(blueRow + (x >> layout.x) * size) - 128;
      const red = read(redRow + (x >> layout.x) * size) - 128;
      rgb[at] = grey + redToRed * red;
      rgb[at + 1] = grey - blueToGreen * blue - redToGreen * red;
      rgb[at + 2] = grey + blueToBlue * blue;
    }
  }
  return Buffer.from(rgb.buffer);
}

/** The factors from light and colour differences to red, green and blue: ITU-R BT.709, or BT.601 if the video says so. */
function findMatrix({ colorSpace }: VideoFrame) {
  const isOld = colorSpace.matrix === "smpte170m" || colorSpace.matrix === "bt470bg";
  const [red, blue] = isOld ? [0.299, 0.114] : [0.2126, 0.0722];
  const green = 1 - red - blue;
  const [light, colour] = colorSpace.fullRange ? [1, 1] : [255 / 219, 255 / 224];
  return {
    light,
    offset: colorSpace.fullRange ? 0 : 16,
    redToRed: 2 * (1 - red) * colour,
    blueToGreen: (2 * (1 - blue) * blue * colour) / green,
    redToGreen: (2 * (1 - red) * red * colour) / green,
    blueToBlue: 2 * (1 - blue) * colour,
  };
}
