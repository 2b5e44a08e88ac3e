import "server-only";
import { randomUUID } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { EncodedVideoChunk, VideoDecoder, type VideoFrame } from "@napi-rs/webcodecs";
import {
  Conversion,
  EncodedPacketSink,
  FilePathSource,
  FilePathTarget,
  Input,
  type InputVideoTrack,
  MP4,
  Mp4OutputFormat,
  Output,
} from "mediabunny";
import sharp from "sharp";
import { measureSettingsBox, SETTINGS_TAIL_BYTES } from "@/lib/video/settings-box";
import { decodeInTurn, MAX_DECODED_PIXELS } from "./decode-in-turn";

export type VideoFile = {
  /** As it is shown, turned by the track's rotation. */
  width: number;
  height: number;
  durationSeconds: number;
  /** Whether it can play while it loads. */
  hasIndexInFront: boolean;
};

/** The file is at fault, not the server: empty, cut short, no MP4, or one that shows nothing. */
export class VideoUnusableError extends Error {
  override name = "VideoUnusableError";
}

/** Throws a `VideoUnusableError` for a file that can't be shown as a video. */
export async function readVideoFile(path: string): Promise<VideoFile> {
  const boxes = await listBoxes(path);
  if (!boxes.includes("moov")) throw new VideoUnusableError("The file has no index.");
  const hasIndexInFront = !boxes.slice(0, boxes.indexOf("moov")).includes("mdat");

  return withVideoTrack(path, async (track) => {
    const [width, height] = [await track.getDisplayWidth(), await track.getDisplayHeight()];
    const durationSeconds = await track.computeDuration();
    if (!(width > 0 && height > 0 && durationSeconds > 0)) {
      throw new VideoUnusableError("The video has no frames.");
    }
    return { width, height, durationSeconds, hasIndexInFront };
  });
}

/** Puts the index before the frames, so that the video plays while it loads. Frames stay as they are. */
export async function moveIndexToFront(path: string): Promise<void> {
  const unfinished = `${path}.${randomUUID()}.part`;
  try {
    await withInput(path, (input) => copyTracks(input, unfinished));
    await rename(unfinished, path);
  } finally {
    await rm(unfinished, { force: true });
  }
}

/**
 * Puts a box of settings behind everything else, in the place of one that was there before. Frames stay where they are.
 */
export async function putSettingsLast(path: string, box: Uint8Array): Promise<void> {
  const file = await open(path, "r+");
  try {
    let { size } = await file.stat();
    for (let old = await measureLast(file, size); old > 0; old = await measureLast(file, size)) {
      size -= old;
      await file.truncate(size);
    }
    await closeLastBox(file, size);
    await file.write(box, 0, box.length, size);
  } finally {
    await file.close();
  }
}

/** The first frame, upright, as a PNG. */
export async function readFirstFrame(path: string): Promise<Buffer> {
  return withVideoTrack(path, (track) => decodeInTurn(() => drawFirst(track)));
}

/** The types of the file's top-level boxes. Throws when it ends within one. */
async function listBoxes(path: string): Promise<string[]> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const types: string[] = [];
    for (let at = 0; at + 8 <= size; ) {
      const box = await readBox(file, at, size);
      if (box.end < at + 8 || box.end > size)
        throw new VideoUnusableError("The file is cut short.");
      types.push(box.type);
      at = box.end;
    }
    return types;
  } finally {
    await file.close();
  }
}

async function measureLast(file: FileHandle, size: number): Promise<number> {
  const tail = new Uint8Array(Math.min(size, SETTINGS_TAIL_BYTES));
  await file.read(tail, 0, tail.length, size - tail.length);
  return measureSettingsBox(tail);
}

// One that reaches to the end of the file, whatever that is, would take in what comes behind it.
async function closeLastBox(file: FileHandle, size: number): Promise<void> {
  for (let at = 0; at + 8 <= size; ) {
    const { end, isOpenEnded } = await readBox(file, at, size);
    if (isOpenEnded) {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(size - at);
      await file.write(length, 0, 4, at);
    }
    if (end <= at) throw new VideoUnusableError("The file is cut short.");
    at = end;
  }
}

async function readBox(file: FileHandle, at: number, fileSize: number) {
  const header = Buffer.alloc(16);
  await file.read(header, 0, 16, at);
  const size = header.readUInt32BE(0);
  const type = header.toString("latin1", 4, 8);
  // ISO 14496-12: 0 reaches to the end of the file, 1 is followed by 64 bits.
  const isOpenEnded = size === 0;
  if (isOpenEnded) return { type, end: fileSize, isOpenEnded };
  const length = size === 1 ? Number(header.readBigUInt64BE(8)) : size;
  return { type, end: at + length, isOpenEnded };
}

function withVideoTrack<Result>(
  path: string,
  use: (track: InputVideoTrack) => Promise<Result>,
): Promise<Result> {
  return withInput(path, async (input) => {
    const track = await input.getPrimaryVideoTrack();
    if (!track) throw new VideoUnusableError("The file has no video track.");
    return use(track);
  });
}

async function withInput<Result>(
  path: string,
  use: (input: Input) => Promise<Result>,
): Promise<Result> {
  const input = new Input({ source: new FilePathSource(path), formats: [MP4] });
  try {
    return await use(input);
  } catch (error) {
    throw isSystemError(error) ? error : toUnusable(error);
  } finally {
    input.dispose();
  }
}

// A full disk or a missing file says nothing about the video.
function isSystemError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}

function toUnusable(cause: unknown): VideoUnusableError {
  if (cause instanceof VideoUnusableError) return cause;
  return new VideoUnusableError("The video can't be read.", { cause });
}

async function copyTracks(input: Input, path: string) {
  const output = new Output({
    format: new Mp4OutputFormat({ fastStart: "in-memory" }),
    target: new FilePathTarget(path),
  });
  const conversion = await Conversion.init({
    input,
    output,
    copy: { mode: "forced" },
    showWarnings: false,
  });
  if (conversion.discardedTracks.length > 0 || !conversion.isValid) {
    await output.cancel();
    throw new VideoUnusableError("A track can't be copied.");
  }
  await conversion.execute();
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
    // For pixels that aren't square.
    .resize(await track.getDisplayWidth(), await track.getDisplayHeight(), { fit: "fill" });
  return picture.png({ compressionLevel: 1 }).toBuffer();
}

// By hand: the package converts with BT.601 whatever the video says.
async function toRgb(frame: VideoFrame): Promise<Buffer> {
  const { codedWidth: width, codedHeight: height } = frame;
  if (frame.format !== "I420") throw new VideoUnusableError(`No poster from ${frame.format}.`);
  const yuv = new Uint8Array(frame.allocationSize());
  const [lumas, blues, reds] = await frame.copyTo(yuv);
  if (!lumas || !blues || !reds) throw new VideoUnusableError("The frame lacks a plane.");

  const { light, offset, redToRed, blueToGreen, redToGreen, blueToBlue } = findMatrix(frame);
  // Clamps and rounds by itself.
  const rgb = new Uint8ClampedArray(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    const row = lumas.offset + y * lumas.stride;
    const blueRow = blues.offset + (y >> 1) * blues.stride;
    const redRow = reds.offset + (y >> 1) * reds.stride;
    for (let x = 0; x < width; x++, at += 3) {
      const grey = light * ((yuv[row + x] ?? 0) - offset);
      const blue = (yuv[blueRow + (x >> 1)] ?? 0) - 128;
      const red = (yuv[redRow + (x >> 1)] ?? 0) - 128;
      rgb[at] = grey + redToRed * red;
      rgb[at + 1] = grey - blueToGreen * blue - redToGreen * red;
      rgb[at + 2] = grey + blueToBlue * blue;
    }
  }
  return Buffer.from(rgb.buffer);
}

/** How light and colour differences become red, green and blue: ITU-R BT.709, or BT.601 for what says so. */
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
