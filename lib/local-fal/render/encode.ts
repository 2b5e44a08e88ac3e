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

// Photographs are sRGB; video players show BT.709 as if it were.
const colorSpace = {
  primaries: "bt709",
  transfer: "bt709",
  matrix: "bt709",
  fullRange: false,
} as const;

// Frames drawn ahead of the encoder: enough to keep it busy, few enough to stay small.
const MAX_WAITING = 4;

type Video = Size & { framesPerSecond: number };

/** Encodes I420 frames to an MP4 that plays while it loads. Each of `frames` draws one, when its turn comes. */
export async function encodeVideo(
  { width, height, framesPerSecond }: Video,
  frames: (() => Uint8Array)[],
  onFrame: (framesDone: number) => void,
): Promise<Uint8Array> {
  // The encoder package's own muxer writes no colour tags: players would guess, some of them by height.
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
    // Constant quality: x264's CRF 23.
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

    // The encoder's callbacks arrive on the event loop: give it a turn.
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
