import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { ALL_FORMATS, BufferSource, Input } from "mediabunny";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  PictureError,
  type RenderedVideo,
  type RenderJob,
  render,
} from "../../lib/local-fal/render/render.ts";
import { decodeEnds, difference } from "./videos.ts";

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
    const { first, last } = await decodeEnds(file);
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

test("gives the same video for the same seed, and another one for another", async () => {
  const take = async (name: string, seed: number, picture?: string) => {
    const output = path.join(folder, name);
    const job = { prompt: "Steam rises", shape: { longSide: 320, frames: 12 }, picture, output };
    await render({ ...job, seed }, { onProgress });
    const file = await readFile(output);
    return file.subarray(file.indexOf("mdat"));
  };
  for (const picture of [rocket, undefined]) {
    const once = await take("seed-1.mp4", 1, picture);
    expect((await take("seed-1-again.mp4", 1, picture)).equals(once)).toBe(true);
    expect((await take("seed-2.mp4", 2, picture)).equals(once)).toBe(false);
  }
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
