import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Mp4Demuxer, VideoDecoder, type VideoFrame } from "@napi-rs/webcodecs";
import { ALL_FORMATS, BufferSource, Input } from "mediabunny";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  PictureError,
  type RenderedVideo,
  type RenderJob,
  render,
} from "../../lib/local-fal/render/render.ts";

const rocket = path.resolve(import.meta.dirname, "../photos/rocket.jpg");
const onProgress = () => {};

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "render-"));
});

afterAll(() => rm(folder, { recursive: true }));

describe("a rendered photograph", () => {
  const progress: [number, number][] = [];
  let output: string;
  let video: RenderedVideo;
  let file: Buffer;
  let input: Input;

  beforeAll(async () => {
    output = path.join(folder, "rocket.mp4");
    const job = { picture: rocket, prompt: "[Push in]", output };
    video = await render(job, { onProgress: (done, wanted) => progress.push([done, wanted]) });
    file = await readFile(output);
    input = new Input({ source: new BufferSource(file), formats: ALL_FORMATS });
  });

  test("is an MP4 of 141 frames at 25 a second in the picture's shape", async () => {
    const track = await input.getPrimaryVideoTrack();
    const stats = await track?.computePacketStats();
    expect(track).toMatchObject({ displayWidth: 1280, displayHeight: 854 });
    expect(stats).toMatchObject({ packetCount: 141 });
    expect(stats?.averagePacketRate).toBeCloseTo(25, 3);
    expect(await input.computeDuration()).toBeCloseTo(5.64, 3);
  });

  test("is H.264 High in BT.709 colours", async () => {
    const track = await input.getPrimaryVideoTrack();
    expect(await track?.getCodecParameterString()).toMatch(/^avc1\.6400/);
    expect(await track?.getColorSpace()).toMatchObject({
      primaries: "bt709",
      transfer: "bt709",
      matrix: "bt709",
      fullRange: false,
    });
  });

  test("has its index before its frames, so that it plays while it loads", () => {
    expect(file.indexOf("moov")).toBeGreaterThan(0);
    expect(file.indexOf("moov")).toBeLessThan(file.indexOf("mdat"));
  });

  test("is what the renderer says it is", () => {
    expect(video).toEqual({
      width: 1280,
      height: 854,
      frames: 141,
      durationSeconds: 5.64,
      bytes: file.byteLength,
    });
  });

  test("reports each frame in order", () => {
    expect(progress).toEqual(Array.from({ length: 141 }, (_, n) => [n + 1, 141]));
  });

  test("begins with the photograph and ends elsewhere", async () => {
    const photo = await sharp(rocket)
      .resize(1280, 854, { fit: "fill" })
      .removeAlpha()
      .raw()
      .toBuffer();
    const { first, last } = await decodeEnds(output);
    expect(difference(first, photo)).toBeLessThan(3);
    expect(difference(last, photo)).toBeGreaterThan(6);
  });
});

test("turns a picture upright by its EXIF orientation", async () => {
  const picture = path.join(folder, "turned.jpg");
  await sharp(rocket).withMetadata({ orientation: 6 }).toFile(picture);
  const video = await render(
    { picture, prompt: "[Static shot]", output: path.join(folder, "turned.mp4") },
    { onProgress },
  );
  expect(video).toMatchObject({ width: 854, height: 1280 });
});

test("paints a 16:9 picture when there is none, the same for the same prompt", async () => {
  const paint = async (name: string, prompt: string) => {
    const output = path.join(folder, name);
    const video = await render({ prompt, output }, { onProgress });
    expect(video).toMatchObject({ width: 1280, height: 720 });
    const file = await readFile(output);
    return file.subarray(file.indexOf("mdat"));
  };
  const once = await paint("once.mp4", "Hills at dusk [Static shot]");
  expect((await paint("again.mp4", "Hills at dusk [Static shot]")).equals(once)).toBe(true);
  expect((await paint("other.mp4", "Hills at dawn [Static shot]")).equals(once)).toBe(false);
});

describe("a picture that can't be used", () => {
  const refuse = async (name: string, bytes: Uint8Array | string) => {
    const picture = path.join(folder, name);
    await writeFile(picture, bytes);
    const job: RenderJob = { picture, prompt: "", output: path.join(folder, `${name}.mp4`) };
    return render(job, { onProgress }).catch((error) => error);
  };

  test.each([
    ["a text", async () => "Not a picture"],
    ["an empty file", async () => ""],
    ["an SVG", async () => `<svg xmlns="http://www.w3.org/2000/svg" width="900" height="900"/>`],
    ["a JPEG that breaks off", async () => (await readFile(rocket)).subarray(0, 30_000)],
  ])("is refused when it is %s", async (name, bytes) => {
    const error = await refuse(name, await bytes());
    expect(error).toBeInstanceOf(PictureError);
    expect(error).toMatchObject({ code: "image_load_error", context: undefined });
  });

  test("is refused with the smallest allowed size when its short side is 300 pixels", async () => {
    const error = await refuse("small.png", await sharp(rocket).resize(640, 300).png().toBuffer());
    expect(error).toBeInstanceOf(PictureError);
    expect(error).toMatchObject({
      code: "image_too_small",
      context: { minWidth: 301, minHeight: 301 },
    });
  });
});

test("leaves no file behind when aborted half-way", async () => {
  const own = await mkdtemp(path.join(folder, "aborted-"));
  const stop = new AbortController();
  const rendering = render(
    { picture: rocket, prompt: "[Zoom in]", output: path.join(own, "video.mp4") },
    { onProgress: (done) => done === 20 && stop.abort(), signal: stop.signal },
  );
  await expect(rendering).rejects.toMatchObject({ name: "AbortError" });
  expect(await readdir(own)).toEqual([]);
});

test("leaves no file behind when the picture is refused", async () => {
  const own = await mkdtemp(path.join(folder, "refused-"));
  const job = {
    picture: path.join(own, "missing.jpg"),
    prompt: "",
    output: path.join(own, "video.mp4"),
  };
  await expect(render(job, { onProgress })).rejects.toMatchObject({ code: "image_load_error" });
  expect(await readdir(own)).toEqual([]);
});

async function decodeEnds(file: string): Promise<{ first: Buffer; last: Buffer }> {
  const ends = new Map<number, Buffer>();
  await decode(file, async (frame, n) => {
    if (n === 0 || n === 140) ends.set(n, await toRgb(frame));
  });
  const [first, last] = [ends.get(0), ends.get(140)];
  if (!first || !last) throw new Error("The video lacks frames");
  return { first, last };
}

async function decode(file: string, onFrame: (frame: VideoFrame, n: number) => Promise<void>) {
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
  await demuxer.load(file);
  decoder.configure(demuxer.videoDecoderConfig as NonNullable<typeof demuxer.videoDecoderConfig>);
  await demuxer.demuxAsync();
  await decoder.flush();
  await Promise.all(handled);
  decoder.close();
  demuxer.close();
  expect(problems).toEqual([]);
}

// By hand: the package converts with BT.601 whatever the video says.
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

function difference(one: Buffer, other: Buffer): number {
  let sum = 0;
  for (let at = 0; at < one.length; at++) sum += Math.abs((one[at] ?? 0) - (other[at] ?? 0));
  return sum / one.length;
}
