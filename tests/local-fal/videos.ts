import { Mp4Demuxer, VideoDecoder, type VideoFrame } from "@napi-rs/webcodecs";
import { ALL_FORMATS, BufferSource, Input } from "mediabunny";
import { expect } from "vitest";

export async function measureVideo(file: Uint8Array) {
  const input = new Input({ source: new BufferSource(file), formats: ALL_FORMATS });
  const track = await input.getPrimaryVideoTrack();
  const stats = await track?.computePacketStats();
  return {
    width: track?.displayWidth,
    height: track?.displayHeight,
    frames: stats?.packetCount,
    seconds: Number((await input.computeDuration()).toFixed(3)),
  };
}

/** Returns the first and the last frame as RGB, three bytes per pixel. */
export async function decodeEnds(file: Uint8Array): Promise<{ first: Buffer; last: Buffer }> {
  const { frames = 0 } = await measureVideo(file);
  const [first, last] = await decodeFrames(file, [0, frames - 1]);
  if (!first || !last) throw new Error("The video lacks frames");
  return { first, last };
}

export async function decodeFrames(file: Uint8Array, wanted: number[]): Promise<Buffer[]> {
  const found = new Map<number, Buffer>();
  await decode(file, async (frame, n) => {
    if (wanted.includes(n)) found.set(n, await toRgb(frame));
  });
  return wanted.flatMap((n) => found.get(n) ?? []);
}

/** Returns the mean difference of two pictures of the same size over all samples, from 0 to 255. */
export function difference(one: Buffer, other: Buffer): number {
  expect(one.length).toBe(other.length);
  let sum = 0;
  for (let at = 0; at < one.length; at++) sum += Math.abs((one[at] ?? 0) - (other[at] ?? 0));
  return sum / one.length;
}

async function decode(file: Uint8Array, onFrame: (frame: VideoFrame, n: number) => Promise<void>) {
  const handled: Promise<void>[] = [];
  const problems: Error[] = [];
  const decoder = new VideoDecoder({
    output: (frame) => handled.push(onFrame(frame, handled.length).finally(() => frame.close())),
    error: (error) => problems.push(error),
  });
  const demuxer = new Mp4Demuxer({
    videoOutput: (chunk) => decoder.decode(chunk),
    error: (error) => problems.push(error),
  });
  await demuxer.loadBuffer(file);
  decoder.configure(demuxer.videoDecoderConfig as NonNullable<typeof demuxer.videoDecoderConfig>);
  await demuxer.demuxAsync();
  await decoder.flush();
  await Promise.all(handled);
  decoder.close();
  demuxer.close();
  expect(problems).toEqual([]);
}

// Converted by hand, because the package uses BT.601 whatever the video says.
async function toRgb(frame: VideoFrame): Promise<Buffer> {
  const { codedWidth: width, codedHeight: height } = frame;
  const yuv = new Uint8Array(frame.allocationSize());
  const planes = await frame.copyTo(yuv);
  const sample = (plane: number, x: number, y: number) => {
    const { offset, stride } = planes[plane] ?? { offset: 0, stride: 0 };
    return yuv[offset + y * stride + x] ?? 0;
  };
  const rgb = Buffer.alloc(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      const light = 1.164384 * (sample(0, x, y) - 16);
      const blue = sample(1, x >> 1, y >> 1) - 128;
      const red = sample(2, x >> 1, y >> 1) - 128;
      const clamp = (value: number) => Math.min(255, Math.max(0, Math.round(value)));
      rgb[at] = clamp(light + 1.792741 * red);
      rgb[at + 1] = clamp(light - 0.213249 * blue - 0.532909 * red);
      rgb[at + 2] = clamp(light + 2.112402 * blue);
    }
  }
  return rgb;
}
