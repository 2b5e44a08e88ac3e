import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, readlink, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { VideoUnusableError } from "@/lib/server/media/file-errors";
import { readFirstFrame } from "@/lib/server/media/first-frame";
import { makePlayable } from "@/lib/server/media/playable";
import { repackVideo } from "@/lib/server/media/repack";
import { readVideoFile } from "@/lib/server/media/video-file";
import { deliveries, readDelivery } from "../../videos/deliveries";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "playable-"));
});

afterAll(() => rm(folder, { recursive: true }));

// Converting takes a second for each, so tests/server/generations/archive/deliveries.long.test.ts tries the others.
const quick = deliveries.filter(
  ({ name, kept }) =>
    /^(h264-444|alpha)/.test(name) || (kept !== "converted" && !/^(vp8|prores)/.test(name)),
);

describe.each(quick)("a delivery of $name", (delivery) => {
  test(`is ${delivery.kept}, and leaves no file open`, async () => {
    const file = path.join(folder, `${crypto.randomUUID()}.video`);
    await writeFile(file, await readDelivery(delivery));
    const came = await readVideoFile(file);
    expect(came.contentType).toBe(delivery.type);

    const playable = await makePlayable(file, came, `${file}.mp4`);

    const { path: made, file: plays, isAnother } = playable;
    expect(made === file).toBe(delivery.kept === "as it came");
    expect(isAnother).toBe(
      delivery.kept === "converted" ||
        (delivery.kept === "repacked" && delivery.type !== "video/mp4"),
    );
    if (delivery.kept !== "as it came") {
      expect(plays).toMatchObject({ contentType: "video/mp4", needs: "nothing" });
      expect(Math.abs((plays.durationSeconds ?? 0) - 0.6)).toBeLessThan(0.1);
      expect(Math.abs((plays.width ?? 0) - (came.width ?? 0))).toBeLessThan(2);
      expect(Math.abs((plays.height ?? 0) - (came.height ?? 0))).toBeLessThan(2);
    }
    if (!delivery.isUndecodable) await expectFirstFrame(made);
    expect(await listOpenFiles()).toEqual([]);
  });
});

test("a rotation is kept by a conversion", async () => {
  const file = path.join(folder, "turned.video");
  await writeFile(file, turn(await readFile("tests/videos/h264-444-index-at-end.mp4")));
  const came = await readVideoFile(file);
  expect(came).toMatchObject({ width: 96, height: 160 });
  const { file: plays, path: made } = await makePlayable(file, came, `${file}.mp4`);
  expect(plays).toMatchObject({ width: 96, height: 160, needs: "nothing" });
  expect(await sharp(await readFirstFrame(made)).metadata()).toMatchObject({
    width: 96,
    height: 160,
  });
});

test("a conversion that fails leaves the delivered video and no other file", async () => {
  const own = await mkdtemp(path.join(folder, "own-"));
  const file = path.join(own, "noise.video");
  const bytes = await readFile("tests/videos/hevc-10bit.mp4");
  await writeFile(file, bytes.fill("noise", bytes.indexOf("mdat") + 4, bytes.indexOf("moov") - 8));
  const came = await readVideoFile(file);
  const playable = await makePlayable(file, came, `${file}.mp4`);
  expect(playable).toMatchObject({ path: file, isAnother: false });
  expect(await readdir(own)).toEqual(["noise.video"]);
  expect(await listOpenFiles()).toEqual([]);
});

test.each([
  ["webm", "vp9.webm"],
  ["Matroska", "h264.mkv"],
])("a %s file that is cut short is refused", async (_, name) => {
  const file = path.join(folder, "cut.video");
  const bytes = await readFile(`tests/videos/${name}`);
  await writeFile(file, bytes.subarray(0, bytes.length / 2));
  await expect(readVideoFile(file)).rejects.toThrow(VideoUnusableError);
  expect(await listOpenFiles()).toEqual([]);
});

test("a failure leaves no file open, either", async () => {
  const page = path.join(folder, "page.video");
  await writeFile(page, "<!doctype html><title>Not found</title>");
  const sound = path.join(folder, "cut.mp4");
  const bytes = await readFile("tests/videos/plain.mp4");
  await writeFile(sound, bytes.subarray(0, bytes.length / 2));
  for (const file of [page, sound]) {
    await expect(readVideoFile(file)).rejects.toThrow(VideoUnusableError);
    // This test does not check whether these succeed with half a video.
    await readFirstFrame(file).catch(() => {});
    await repackVideo(file, `${file}.mp4`).catch(() => {});
  }
  expect(await listOpenFiles()).toEqual([]);
});

async function expectFirstFrame(file: string): Promise<void> {
  const frame = sharp(await readFirstFrame(file));
  const { width, height } = await frame.metadata();
  // The bars of the test picture have enough colours to be recognised.
  expect(width).toBeGreaterThan(150);
  expect(height).toBeGreaterThan(90);
  const { channels } = await frame.stats();
  for (const { stdev } of channels) expect(stdev).toBeGreaterThan(50);
}

/** Returns the files of this test that this process has open. */
async function listOpenFiles(): Promise<string[]> {
  if (!existsSync("/proc/self/fd")) return [];
  const links = await Promise.all(
    (await readdir("/proc/self/fd")).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => "")),
  );
  return links.filter((link) => link.startsWith(folder));
}

/** The same video, which its track's matrix turns by 90 degrees. */
function turn(bytes: Buffer): Buffer {
  const at = bytes.indexOf("tkhd") + 4 + 40;
  const matrix = [0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000];
  for (const [n, value] of matrix.entries()) bytes.writeInt32BE(value, at + 4 * n);
  return bytes;
}
