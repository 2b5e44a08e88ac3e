import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  BufferSource,
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  type InputVideoTrack,
  MP4,
  Mp4OutputFormat,
  Output,
  type VideoTrackMetadata,
} from "mediabunny";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeVideo } from "@/lib/local-fal/render/encode";
import { VideoUnusableError } from "@/lib/server/media/file-errors";
import { readFirstFrame } from "@/lib/server/media/first-frame";
import { repackVideo } from "@/lib/server/media/repack";
import { putSettingsLast } from "@/lib/server/media/settings-last";
import { readVideoFile } from "@/lib/server/media/video-file";
import { readSettings, writeSettingsBox } from "@/lib/video/settings-box";

const [WIDTH, HEIGHT, FRAMES] = [320, 192, 10];

let folder: string;
let indexInFront: string;
let indexAtEnd: string;
let turned: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "video-"));
  const video = await encodeVideo(
    { width: WIDTH, height: HEIGHT, framesPerSecond: 25 },
    Array.from({ length: FRAMES }, (_, n) => () => drawFrame(n)),
    () => {},
  );
  indexInFront = await save("front.mp4", video);
  indexAtEnd = await save("end.mp4", await rewrite(video, {}));
  turned = await save("turned.mp4", await rewrite(video, { rotation: 90 }));
});

afterAll(() => rm(folder, { recursive: true }));

test("a video's size and length are read", async () => {
  expect(await readVideoFile(indexInFront)).toEqual({
    width: WIDTH,
    height: HEIGHT,
    hasSound: false,
    durationSeconds: expect.closeTo(FRAMES / 25, 3),
    contentType: "video/mp4",
    needs: "nothing",
  });
});

test("a video with its index at the end is recognised", async () => {
  expect(await readVideoFile(indexAtEnd)).toMatchObject({ needs: "container" });
});

test("a rotated video has the size that viewers see", async () => {
  expect(await readVideoFile(turned)).toMatchObject({ width: HEIGHT, height: WIDTH });
});

describe("repacking", () => {
  test.each([
    ["an upright video", () => indexAtEnd],
    ["a turned video", () => turned],
  ])("moves the index of %s to the front, and keeps everything else", async (_, toSource) => {
    const file = path.join(folder, "moved.mp4");
    const before = await summarise(toSource());
    await repackVideo(toSource(), file);
    expect(await readVideoFile(file)).toMatchObject({ needs: "nothing" });
    expect(await summarise(file)).toEqual(before);
    expect(before).toMatchObject({ colorSpace: { matrix: "bt709", primaries: "bt709" } });
    expect(before.frames).toHaveLength(FRAMES);
  });

  test("leaves a file that it can't read unchanged, and no other file beside it", async () => {
    const own = await mkdtemp(path.join(folder, "own-"));
    const file = path.join(own, "page.mp4");
    await writeFile(file, "<!doctype html>");
    await expect(repackVideo(file, `${file}.part`)).rejects.toThrow(VideoUnusableError);
    expect(await readdir(own)).toEqual(["page.mp4"]);
    expect(await readFile(file, "utf8")).toBe("<!doctype html>");
  });
});

describe("putting settings last", () => {
  const input = { prompt: "[Push in] the cup", prompt_optimizer: true };

  test("leaves every byte before them as it was, however often it is done", async () => {
    const before = await readFile(indexInFront);
    const file = await save("settings.mp4", before);
    for (const model of ["a-longer-name/of-a-model", "model"]) {
      const box = writeSettingsBox(model, input);
      await putSettingsLast(file, box);
      expect(await readFile(file)).toEqual(Buffer.concat([before, box]));
      expect(readSettings(await readFile(file))).toEqual({ model, input });
    }
    expect(await summarise(file)).toEqual(await summarise(indexInFront));
    expect(await readVideoFile(file)).toEqual(await readVideoFile(indexInFront));
  });

  test("gives an explicit size to a last box that extends to the end of the file", async () => {
    const open = await readFile(indexInFront);
    open.writeUInt32BE(0, open.indexOf("mdat") - 4);
    const file = await save("open.mp4", open);
    await putSettingsLast(file, writeSettingsBox("model", input));
    const closed = await readFile(file);
    expect(closed.subarray(0, open.length)).toEqual(await readFile(indexInFront));
    expect(await summarise(file)).toEqual(await summarise(indexInFront));
  });
});

describe("the first frame", () => {
  test("is a picture in the video's colours", async () => {
    const frame = await readFirstFrame(indexInFront);
    expect(await sharp(frame).metadata()).toMatchObject({ width: WIDTH, height: HEIGHT });
    // The colours of drawFrame after conversion by BT.709.
    expectColour(await readPixel(frame, 40, 40), [255, 0, 0]);
    expectColour(await readPixel(frame, 280, 40), [0, 0, 255]);
  });

  test("is rotated like the video", async () => {
    const frame = await readFirstFrame(turned);
    expect(await sharp(frame).metadata()).toMatchObject({ width: HEIGHT, height: WIDTH });
    expectColour(await readPixel(frame, 40, 40), [255, 0, 0]);
    expectColour(await readPixel(frame, 40, 280), [0, 0, 255]);
  });
});

test.each([
  ["a page", async () => Buffer.from("<!doctype html>")],
  ["sound alone", async () => makeSound()],
  ["a video whose frames are noise", async () => spoilFrames(await readFile(indexInFront))],
])("no first frame is found in %s", async (_, read) => {
  const file = await save("frameless.mp4", await read());
  await expect(readFirstFrame(file)).rejects.toThrow(VideoUnusableError);
});

describe("a file that isn't a video", () => {
  test.each([
    ["nothing", async () => Buffer.alloc(0)],
    ["a page", async () => Buffer.from("<!doctype html><title>Not found</title>")],
    ["a long page", async () => Buffer.from(`<html>${"<p>Expired</p>".repeat(9999)}</html>`)],
    ["noise", async () => Buffer.from(Array.from({ length: 4096 }, (_, n) => (n * 7919) % 251))],
    ["zeros", async () => Buffer.alloc(4096)],
    ["a picture", async () => drawPicture()],
    ["a video without its last byte", async () => (await readFile(indexInFront)).subarray(0, -1)],
    ["half a video", async () => cutInHalf(await readFile(indexInFront))],
    ["half a video with its index at the end", async () => cutInHalf(await readFile(indexAtEnd))],
    ["the first bytes of a video", async () => (await readFile(indexInFront)).subarray(0, 20)],
    ["a video whose index is noise", async () => spoilIndex(await readFile(indexInFront))],
    ["sound alone", async () => makeSound()],
  ])("is refused when it is %s", async (_, read) => {
    const file = await save("unusable.mp4", await read());
    await expect(readVideoFile(file)).rejects.toThrow(VideoUnusableError);
  });

  test("is not reported when the file is missing", async () => {
    const missing = path.join(folder, "missing.mp4");
    await expect(readVideoFile(missing)).rejects.toMatchObject({ code: "ENOENT" });
    await expect(readFirstFrame(missing)).rejects.toMatchObject({ code: "ENOENT" });
    await expect(repackVideo(missing, `${missing}.part`)).rejects.toMatchObject({ code: "ENOENT" });
  });
});

async function save(name: string, bytes: Uint8Array): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, bytes);
  return file;
}

/** Red on the left and blue on the right, darker with each frame. */
function drawFrame(n: number): Uint8Array {
  const frame = new Uint8Array((WIDTH * HEIGHT * 3) / 2);
  const halves = [
    { luma: 63 - n, blue: 102, red: 240 },
    { luma: 32 - n, blue: 240, red: 118 },
  ] as const;
  const [lumas, quarter] = [WIDTH * HEIGHT, (WIDTH * HEIGHT) / 4];
  for (let at = 0; at < lumas; at++) frame[at] = halves[at % WIDTH < WIDTH / 2 ? 0 : 1].luma;
  for (let at = 0; at < quarter; at++) {
    const { blue, red } = halves[at % (WIDTH / 2) < WIDTH / 4 ? 0 : 1];
    frame[lumas + at] = blue;
    frame[lumas + quarter + at] = red;
  }
  return frame;
}

/** The same frames with the index at the end. */
async function rewrite(video: Uint8Array, metadata: VideoTrackMetadata): Promise<Uint8Array> {
  const track = await openTrack(video);
  const decoderConfig = (await track.getDecoderConfig()) ?? undefined;
  const source = new EncodedVideoPacketSource("avc");
  return write(async (output) => {
    output.addVideoTrack(source, metadata);
    await output.start();
    for await (const packet of new EncodedPacketSink(track).packets()) {
      await source.add(packet, { decoderConfig });
    }
  });
}

async function makeSound(): Promise<Uint8Array> {
  const source = new EncodedAudioPacketSource("pcm-s16");
  const decoderConfig = { codec: "pcm-s16", numberOfChannels: 1, sampleRate: 8000 };
  return write(async (output) => {
    output.addAudioTrack(source);
    await output.start();
    const packet = new EncodedPacket(new Uint8Array(16_000), "key", 0, 1);
    await source.add(packet, { decoderConfig });
  });
}

async function write(fill: (output: Output) => Promise<void>): Promise<Uint8Array> {
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: false }), target });
  await fill(output);
  await output.finalize();
  if (!target.buffer) throw new Error("The muxer gave no file");
  return new Uint8Array(target.buffer);
}

async function openTrack(video: Uint8Array): Promise<InputVideoTrack> {
  const input = new Input({ source: new BufferSource(video), formats: [MP4] });
  const track = await input.getPrimaryVideoTrack();
  if (!track) throw new Error("The video has no track");
  return track;
}

async function summarise(file: string) {
  const track = await openTrack(await readFile(file));
  const frames: { timestamp: number; type: string; data: Buffer }[] = [];
  for await (const { timestamp, type, data } of new EncodedPacketSink(track).packets()) {
    frames.push({ timestamp, type, data: Buffer.from(data) });
  }
  return {
    frames,
    codec: await track.getCodecParameterString(),
    colorSpace: await track.getColorSpace(),
    rotation: await track.getRotation(),
    durationSeconds: await track.computeDuration(),
  };
}

function cutInHalf(video: Buffer): Buffer {
  return video.subarray(0, video.length / 2);
}

function spoilIndex(video: Buffer): Buffer {
  const spoiled = Buffer.from(video);
  const at = spoiled.indexOf("moov") + 4;
  return spoiled.fill("noise", at, spoiled.indexOf("mdat") - 4);
}

function spoilFrames(video: Buffer): Buffer {
  const spoiled = Buffer.from(video);
  return spoiled.fill("noise", spoiled.indexOf("mdat") + 4);
}

function drawPicture(): Promise<Buffer> {
  const create = { width: 64, height: 64, channels: 3, background: "teal" } as const;
  return sharp({ create }).jpeg().toBuffer();
}

async function readPixel(picture: Buffer, left: number, top: number): Promise<number[]> {
  const area = { left, top, width: 1, height: 1 };
  return [...(await sharp(picture).extract(area).removeAlpha().raw().toBuffer())];
}

function expectColour(pixel: number[], colour: number[]) {
  const difference = Math.max(...colour.map((value, n) => Math.abs(value - (pixel[n] ?? 0))));
  expect(difference).toBeLessThan(12);
}

test.each([
  ["mp3.mp4", true],
  ["plain.mp4", true],
  ["vp8-silent.webm", false],
])("the sound of %s is read", async (name, hasSound) => {
  const copy = await save(name, await readFile(path.join("tests/videos", name)));
  expect((await readVideoFile(copy)).hasSound).toBe(hasSound);
});
