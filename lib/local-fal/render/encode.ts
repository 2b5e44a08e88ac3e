import { setImmediate } from "node:timers/promises";
import { type EncodedVideoChunk, VideoEncoder, VideoFrame } from "@napi-rs/webcodecs";
import {
  BufferTarget,
  EncodedPacket,
  EncodedVideoPacketSource,
  Mp4OutputFormat,
  Output,
} from "mediabunny";
import type { Size } from "./lens.ts";

// Photographs are sRGB. Video players show BT.709 as if it were sRGB.
const colorSpace = {
  primaries: "bt709",
  transfer: "bt709",
  matrix: "bt709",
  fullRange: false,
} as const;

// How many frames may wait for the encoder: enough to keep it busy, few enough to save memory.
const MAX_WAITING = 4;

type Video = Size & { framesPerSecond: number };

/** Encodes I420 frames to an MP4 that can play while it loads. `frames` draws one frame at each step. */
export async function encodeVideo(
  { width, height, framesPerSecond }: Video,
  frames: (() => Uint8Array)[],
  onFrame: (framesDone: number) => void,
): Promise<Uint8Array> {
  // The encoder package's own muxer writes no colour tags. Players would then guess, some of them by the height.
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: "in-memory" }), target });
  const track = new EncodedVideoPacketSource("avc");
  output.addVideoTrack(track, { frameRate: framesPerSecond });
  await output.start();

  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {});
  let written = Promise.resolve();
  let framesDone = 0;
  let onRoom = () => {};
  const encoder = new VideoEncoder({
    output: (chunk, metadata) => {
      const packet = new EncodedPacket(
        readBytes(chunk),
        chunk.type,
        framesDone / framesPerSecond,
        1 / framesPerSecond,
      );
      written = written.then(() => track.add(packet, metadata as EncodedVideoChunkMetadata));
      onFrame(++framesDone);
      onRoom();
    },
    error: failed.reject,
  });
  encoder.configure({
    codec: "avc1.640028",
    width,
    height,
    framerate: framesPerSecond,
    // Constant quality, like x264's CRF 23.
    bitrateMode: "quantizer",
    hardwareAcceleration: "prefer-software",
  });

  const microseconds = 1_000_000 / framesPerSecond;
  for (const [n, draw] of frames.entries()) {
    const timing = { timestamp: n * microseconds, duration: microseconds };
    const layout = { format: "I420", codedWidth: width, codedHeight: height } as const;
    const frame = new VideoFrame(draw(), { ...layout, ...timing, colorSpace });
    encoder.encode(frame);
    frame.close();

    // The encoder calls back on the event loop, so the loop must run between two frames.
    await setImmediate();
    while (n - framesDone >= MAX_WAITING) {
      const { promise, resolve } = Promise.withResolvers<void>();
      onRoom = resolve;
      await Promise.race([promise, failed.promise]);
    }
  }
  await Promise.race([encoder.flush(), failed.promise]);
  encoder.close();
  await written;
  await output.finalize();
  if (!target.buffer) throw new Error("The muxer gave no file");
  return new Uint8Array(target.buffer);
}

function readBytes(chunk: EncodedVideoChunk): Uint8Array {
  const bytes = new Uint8Array(chunk.byteLength);
  chunk.copyTo(bytes);
  return bytes;
}
