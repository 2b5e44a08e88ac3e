import sharp from "sharp";
import { expect, test } from "vitest";
import { statusOf } from "@/lib/server/http/statuses";
import { preparePicture } from "@/lib/server/pictures/prepare-picture";
import { colorPictures, seeFields } from "../../color-pictures.ts";
import {
  cornerNames,
  corners,
  hugePng,
  quarters,
  seeCorners,
  turned,
} from "../../e2e/test-pictures.ts";

const wish = { longSide: 1280, background: "ffffff" };

async function prepare(bytes: Buffer, more: Partial<Parameters<typeof preparePicture>[1]> = {}) {
  const form = await preparePicture(new Uint8Array(bytes), { ...wish, ...more });
  const file = form.get("picture") as File | null;
  return {
    report: JSON.parse(String(form.get("report"))),
    picture: file && Buffer.from(await file.arrayBuffer()),
  };
}

test.each(colorPictures.map((one) => [one.name, one] as const))(
  "makes plain sRGB of %s",
  async (_, { make, wanted }) => {
    const { picture } = await prepare(await make());
    if (!picture) throw new Error("no picture");
    const { icc, channels } = await sharp(picture).metadata();
    expect([icc, channels]).toEqual([undefined, 3]);
    const [seen, judged] = [await seeFields(picture), await wanted()];
    const errors = judged.flatMap((rgb, field) =>
      rgb.map((value, at) => Math.abs(value - (seen[field]?.[at] ?? 0))),
    );
    expect(
      Math.max(...errors),
      `${JSON.stringify(seen)} for ${JSON.stringify(judged)}`,
    ).toBeLessThanOrEqual(6);
    expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThanOrEqual(2);
  },
);

test.each([1, 2, 3, 4, 5, 6, 7, 8])("turns EXIF orientation %i upright", async (orientation) => {
  const { picture } = await prepare(
    await (await turned(orientation)).jpeg({ quality: 95 }).toBuffer(),
  );
  if (!picture) throw new Error("no picture");
  const { size, colors } = await seeCorners(picture);
  expect(size).toBe("640x480");
  for (const name of cornerNames)
    for (const [at, value] of corners[name].entries())
      expect(Math.abs(value - (colors[name][at] ?? 0))).toBeLessThan(24);
});

test("offers a preview of a picture that is too long, and crops the chosen part", async () => {
  const panorama = await quarters(2400, 400).jpeg().toBuffer();
  expect((await prepare(panorama)).report).toEqual({
    kind: "too-long",
    size: { width: 2400, height: 400 },
  });
  const part = { x: 0, y: 0, width: 1000, height: 400 };
  const { report, picture } = await prepare(panorama, { part });
  expect(report).toMatchObject({ kind: "ready", width: 1000, height: 400 });
  const { colors } = await seeCorners(picture as Buffer);
  expect(colors.topRight[0]).toBeGreaterThan(180);
  const outside = { x: 2000, y: 0, width: 1000, height: 400 };
  await expect(prepare(panorama, { part: outside })).rejects.toThrow(/bad_request|request/);
});

test("puts transparent areas on the chosen background", async () => {
  const glass = await quarters().ensureAlpha(0).png().toBuffer();
  const { report, picture } = await prepare(glass, { background: "0080ff" });
  expect(report.isSeeThrough).toBe(true);
  const { colors } = await seeCorners(picture as Buffer);
  expect(colors.topLeft).toEqual([0, 128, 255]);
});

test("scales to the requested length", async () => {
  const { report } = await prepare(await quarters(3000, 2000).jpeg().toBuffer());
  expect(report).toMatchObject({ width: 1280, height: 854 });
});

test.each([
  ["half a JPEG", async () => (await quarters().jpeg().toBuffer()).subarray(0, 2000)],
  ["a text", async () => Buffer.from("hello")],
  ["a picture of 300 pixels", () => quarters(300, 400).png().toBuffer()],
  ["a picture of too many pixels", async () => hugePng(12_000, 11_000)],
])("refuses %s, without calling it the server's fault", async (_, file) => {
  const refused = await prepare(await file()).catch((error) => error);
  expect(refused).toMatchObject({ code: expect.stringMatching(/^picture_/) });
  expect(statusOf(refused.code)).toBeLessThan(500);
});
