import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { models } from "../../lib/local-fal/models.ts";
import { fitFrame } from "../../lib/local-fal/render/picture.ts";
import type { VideoShape } from "../../lib/local-fal/render/render.ts";
import type { Render } from "../../lib/local-fal/run-job.ts";
import { type Connection, renderAtOnce, settle, startFal } from "./support.ts";
import { decodeFrames, difference, measureVideo } from "./videos.ts";

const minimax = "fal-ai/minimax";
const hailuo02 = `${minimax}/hailuo-02/standard/image-to-video`;
const hailuo02Pro = `${minimax}/hailuo-02/pro/image-to-video`;

// The endpoint, the longer side, the number of frames and the price of the video.
const defaults: [string, number, number, number][] = [
  ["fal-ai/minimax-video", 1280, 141, 0.5],
  ["fal-ai/minimax-video/image-to-video", 1280, 141, 0.5],
  [`${minimax}/video-01`, 1280, 141, 0.5],
  [`${minimax}/video-01/image-to-video`, 1280, 141, 0.5],
  [`${minimax}/video-01-live`, 1280, 141, 0.5],
  [`${minimax}/video-01-live/image-to-video`, 1280, 141, 0.5],
  [`${minimax}/video-01-director`, 1280, 141, 0.5],
  [`${minimax}/video-01-director/image-to-video`, 1280, 141, 0.5],
  [`${minimax}/hailuo-02/standard/text-to-video`, 1366, 150, 0.27],
  [hailuo02, 1366, 150, 0.27],
  [`${minimax}/hailuo-02/pro/text-to-video`, 1920, 150, 0.48],
  [hailuo02Pro, 1920, 150, 0.48],
  [`${minimax}/hailuo-02-fast/image-to-video`, 910, 150, 0.102],
  [`${minimax}/hailuo-2.3/standard/text-to-video`, 1366, 150, 0.28],
  [`${minimax}/hailuo-2.3/standard/image-to-video`, 1366, 150, 0.28],
  [`${minimax}/hailuo-2.3/pro/text-to-video`, 1920, 150, 0.49],
  [`${minimax}/hailuo-2.3/pro/image-to-video`, 1920, 150, 0.49],
  [`${minimax}/hailuo-2.3-fast/standard/image-to-video`, 1366, 150, 0.19],
  [`${minimax}/hailuo-2.3-fast/pro/image-to-video`, 1920, 150, 0.33],
];

test("every model renders videos of its own size and length", async () => {
  const { render, shapes } = recordShapes();
  const fal = await startFal({ render });
  const image_url = await drawWide();
  for (const endpoint of models.keys()) await makeVideo(fal, endpoint, { prompt: "x", image_url });
  expect([...models.keys()].map((endpoint, n) => ({ endpoint, ...shapes[n] }))).toEqual(
    defaults.map(([endpoint, longSide, frames]) => ({ endpoint, longSide, frames })),
  );
});

// One model of each size, with and without a picture, because these are rendered. Pictures are 5:2, the widest
// permitted shape, which has the fewest pixels.
test.each([
  [`${minimax}/video-01`, 1280, 720, 141],
  ["fal-ai/minimax-video/image-to-video", 1280, 512, 141],
  [`${minimax}/hailuo-02-fast/image-to-video`, 910, 364, 150],
  [`${minimax}/hailuo-02/standard/text-to-video`, 1366, 768, 150],
  [`${minimax}/hailuo-2.3/standard/image-to-video`, 1366, 546, 150],
  [`${minimax}/hailuo-2.3/pro/text-to-video`, 1920, 1080, 150],
  [hailuo02Pro, 1920, 768, 150],
])("the video of %s is %i x %i in %i frames", async (endpoint, width, height, frames) => {
  const image_url = isFromPicture(endpoint) ? await drawWide() : undefined;
  const file = await makeVideo(await startFal(), endpoint, { prompt: "[Push in]", image_url });
  expect(await measureVideo(file)).toEqual({ width, height, frames, seconds: frames / 25 });
});

test.each([
  ["16:9", { width: 3840, height: 2160 }, 1920, { width: 1920, height: 1080 }],
  ["3:2", { width: 6000, height: 4000 }, 1366, { width: 1366, height: 910 }],
  ["a phone's", { width: 3024, height: 4032 }, 1920, { width: 1440, height: 1920 }],
  ["a square", { width: 500, height: 500 }, 910, { width: 910, height: 910 }],
  ["an odd one", { width: 999, height: 777 }, 1280, { width: 1280, height: 996 }],
])("a frame has the picture's shape and even sides: %s", (_, picture, longSide, frame) => {
  expect(fitFrame(picture, longSide)).toEqual(frame);
});

describe("a video that was asked for", () => {
  test("in 10 s has 250 frames and begins with the picture", async () => {
    const input = { prompt: "[Pan left]", image_url: await readPicture("rocket"), duration: "10" };
    const file = await makeVideo(await startFal(), hailuo02, input);
    expect(await measureVideo(file)).toEqual({
      width: 1366,
      height: 912,
      frames: 250,
      seconds: 10,
    });
    const [first = Buffer.alloc(0)] = await decodeFrames(file, [0]);
    expect(difference(first, await toFrame("rocket", 1366, 912))).toBeLessThan(3);
  });

  test.each([
    [hailuo02, { resolution: "512P" }, { longSide: 910, frames: 150 }],
    [hailuo02, { resolution: "512P", duration: "10" }, { longSide: 910, frames: 250 }],
    [hailuo02, { resolution: "768P", duration: "6" }, { longSide: 1366, frames: 150 }],
    [
      `${minimax}/hailuo-02-fast/image-to-video`,
      { duration: "10" },
      { longSide: 910, frames: 250 },
    ],
    [
      `${minimax}/hailuo-2.3/standard/image-to-video`,
      { duration: "10" },
      { longSide: 1366, frames: 250 },
    ],
    [
      `${minimax}/hailuo-2.3-fast/standard/image-to-video`,
      { duration: "10" },
      { longSide: 1366, frames: 250 },
    ],
    [
      `${minimax}/hailuo-02/standard/text-to-video`,
      { duration: "10" },
      { longSide: 1366, frames: 250 },
    ],
    [
      `${minimax}/hailuo-2.3/standard/text-to-video`,
      { duration: "10" },
      { longSide: 1366, frames: 250 },
    ],
    // This model does not have the field, and fal's schemas ignore unknown fields.
    [hailuo02Pro, { duration: "10", resolution: "512P" }, { longSide: 1920, frames: 150 }],
  ])("from %s with %o is %o", async (endpoint, more, shape) => {
    const { render, shapes } = recordShapes();
    const fal = await startFal({ render });
    await makeVideo(fal, endpoint, { prompt: "x", image_url: await drawWide(), ...more });
    expect(shapes).toEqual([shape]);
  });
});

describe("a video with an end picture", () => {
  test("fades into it and ends with exactly that picture, cropped to the frame", async () => {
    const input = {
      prompt: "[Zoom in]",
      resolution: "512P",
      image_url: await drawWide(),
      end_image_url: await readPicture("coffee"),
    };
    const file = await makeVideo(await startFal(), hailuo02, input);
    expect(await measureVideo(file)).toEqual({ width: 910, height: 364, frames: 150, seconds: 6 });

    const [first = Buffer.alloc(0), ...fade] = await decodeFrames(file, [0, 111, 124, 137, 149]);
    expect(difference(first, await toFrame("rocket", 910, 364))).toBeLessThan(3);
    const end = await toFrame("coffee", 910, 364);
    const distances = fade.map((frame) => difference(frame, end));
    expect(distances).toEqual(distances.toSorted((a, b) => b - a));
    expect(distances[0]).toBeGreaterThan(30);
    expect(distances.at(-1)).toBeLessThan(3);
  });

  test("treats null like an absent field", async () => {
    const jobs: unknown[] = [];
    const render: Render = (job, options) => {
      jobs.push(job.endPicture);
      return renderAtOnce(job, options);
    };
    const input = { prompt: "x", image_url: await drawWide(), end_image_url: null };
    await makeVideo(await startFal({ render }), hailuo02, input);
    expect(jobs).toEqual([undefined]);
  });

  test.each([hailuo02, hailuo02Pro])("reads both pictures for %s", async (endpoint) => {
    const fal = await startFal({ render: renderAtOnce });
    const input = {
      prompt: "x",
      image_url: await drawWide(),
      end_image_url: await readPicture("rocket"),
    };
    const { request_id: requestId } = await fal.client.queue.submit(endpoint, { input });
    await settle(fal, requestId);
    const status = await fal.client.queue.status(endpoint, { requestId, logs: true });
    const logs = "logs" in status ? status.logs : [];
    expect(logs.map(({ message }) => message)).toEqual([
      "Reading the picture: 1000 x 400",
      "Reading the end picture: 640 x 427",
      expect.stringMatching(/^Seed: \d+$/),
      "Writing the video: 1280 x 720, 5.64 s",
    ]);
  });

  test.each([
    ["can't be read", "data:image/png;base64,AAAA", "image_load_error"],
    ["can't be fetched", "http://localhost/elsewhere.jpg", "file_download_error"],
    ["is an address of nothing", "", "file_download_error"],
    ["is too small", () => draw(400, 300), "image_too_small"],
    ["is too wide", () => draw(1000, 380), "value_error"],
    ["breaks off", () => breakOff(), "image_load_error"],
  ])("that %s is refused with an error that names its field", async (_, picture, type) => {
    const url = typeof picture === "string" ? picture : await picture();
    const input = { prompt: "x", image_url: await drawWide(), end_image_url: url };
    expect(await refusalOf(await startFal(), hailuo02, input)).toMatchObject([
      { type, loc: ["body", "end_image_url"], input: url },
    ]);
  });
});

describe("an input that the model can't use", () => {
  const lengths = { expected: "'6' or '10'" };
  const sizes = { expected: "'512P' or '768P'" };

  test.each([
    ["a length between", { duration: "8" }, "duration", lengths],
    ["a length that is a number", { duration: 6 }, "duration", lengths],
    ["a length of null", { duration: null }, "duration", lengths],
    ["a resolution it doesn't have", { resolution: "1080P" }, "resolution", sizes],
    ["a resolution in lower case", { resolution: "768p" }, "resolution", sizes],
  ])("is %s, which fal names a literal error", async (_, more, field, ctx) => {
    const input = { prompt: "x", image_url: await drawWide(), ...more };
    expect(await refusalOf(await startFal(), hailuo02, input)).toEqual([
      {
        type: "literal_error",
        loc: ["body", field],
        msg: `Input should be ${ctx.expected}`,
        url: "https://docs.fal.ai/errors#literal_error",
        ctx,
        input: Object.values(more)[0],
      },
    ]);
  });

  test.each([...models.keys()].filter((endpoint) => /standard|fast\/image/.test(endpoint)))(
    "is a wrong length for %s",
    async (endpoint) => {
      const input = { prompt: "x", image_url: "http://localhost/x.jpg", duration: "5" };
      expect(await refusalOf(await startFal(), endpoint, input)).toMatchObject([
        { type: "literal_error", loc: ["body", "duration"], ctx: lengths },
      ]);
    },
  );

  test("names every field that is wrong", async () => {
    const input = { duration: 6, resolution: "4k", end_image_url: 7, prompt_optimizer: "perhaps" };
    const detail = await refusalOf(await startFal(), hailuo02, input);
    expect(
      detail.map(({ loc, type }: { loc: string[]; type: string }) => [loc.at(-1), type]),
    ).toEqual([
      ["prompt", "missing"],
      ["image_url", "missing"],
      ["prompt_optimizer", "bool_parsing"],
      ["duration", "literal_error"],
      ["resolution", "literal_error"],
      ["end_image_url", "string_type"],
    ]);
  });

  test.each([...models.keys()].filter(isFromPicture))("is no picture for %s", async (endpoint) => {
    const fal = await startFal();
    expect(await refusalOf(fal, endpoint, { prompt: "x" })).toMatchObject([
      { type: "missing", loc: ["body", "image_url"] },
    ]);
    expect(await refusalOf(fal, endpoint, { prompt: "x", image_url: "" })).toMatchObject([
      { type: "file_download_error", loc: ["body", "image_url"] },
    ]);
  });
});

describe("what a video is charged as", () => {
  const choices = [
    ...defaults.map(([endpoint, , , usd]) => ({ endpoint, more: {}, usd })),
    { endpoint: hailuo02, more: { duration: "10" }, usd: 0.45 },
    { endpoint: hailuo02, more: { resolution: "512P" }, usd: 0.102 },
    { endpoint: hailuo02, more: { resolution: "512P", duration: "10" }, usd: 0.17 },
    {
      endpoint: `${minimax}/hailuo-2.3/standard/image-to-video`,
      more: { duration: "10" },
      usd: 0.56,
    },
    {
      endpoint: `${minimax}/hailuo-2.3-fast/standard/image-to-video`,
      more: { duration: "10" },
      usd: 0.32,
    },
  ];

  test("is the price times the units that its result names", async () => {
    const fal = await startFal({ render: renderAtOnce });
    const bills = [];
    for (const { endpoint, more } of choices) {
      const input = { prompt: "x", image_url: await drawWide(), ...more };
      const { request_id: id } = await fal.client.queue.submit(endpoint, { input });
      const units = Number((await settle(fal, id)).headers.get("x-fal-billable-units"));
      bills.push({
        endpoint,
        more,
        usd: Number((units * (await priceOf(fal, endpoint))).toFixed(4)),
      });
    }
    expect(bills).toEqual(choices);
  });
});

test("the usage page names every model with its video and its price", async () => {
  const page = await readFile(resolve(import.meta.dirname, "../../docs/local-fal.md"), "utf8");
  const rows = [
    ...page.matchAll(/^\| `([^`]+)` +\| [^|]+\| (\w+) +\| ([\w. ]+?) s +\| ([\d.]+) /gm),
  ];
  expect(rows.map(([, endpoint, size, seconds, usd]) => [endpoint, size, seconds, usd])).toEqual(
    [...models].map(([endpoint, { resolution, seconds, price, input }]) => {
      const { duration } = input.parse({ prompt: "x", image_url: "x" });
      return [endpoint, resolution, duration ? "6 or 10" : String(seconds), String(price.usd)];
    }),
  );
});

function isFromPicture(endpoint: string): boolean {
  return endpoint.endsWith("/image-to-video");
}

async function makeVideo(fal: Connection, endpoint: string, input: object): Promise<Buffer> {
  const { data } = await fal.client.subscribe(endpoint, { input, pollInterval: 50 });
  return Buffer.from(await (await fetch(data.video.url)).arrayBuffer());
}

async function refusalOf(fal: Connection, endpoint: string, input: object) {
  const { request_id: id } = await fal.client.queue.submit(endpoint, { input });
  const result = await settle(fal, id);
  expect([result.status, result.headers.get("x-fal-billable-units")]).toEqual([422, "0"]);
  return (await result.json()).detail;
}

async function priceOf({ call }: Connection, endpoint: string): Promise<number> {
  const answer = await call(`https://api.fal.ai/v1/models/pricing?endpoint_id=${endpoint}`);
  return (await answer.json()).prices[0].unit_price;
}

function recordShapes() {
  const shapes: (VideoShape | undefined)[] = [];
  const render: Render = (job, options) => {
    shapes.push(job.shape);
    return renderAtOnce(job, options);
  };
  return { render, shapes };
}

function photo(name: "rocket" | "coffee"): string {
  return resolve(import.meta.dirname, `../photos/${name}.jpg`);
}

async function readPicture(name: "rocket" | "coffee"): Promise<string> {
  return toDataUri(await readFile(photo(name)));
}

function drawWide(): Promise<string> {
  return draw(1000, 400);
}

async function draw(width: number, height: number): Promise<string> {
  return toDataUri(await sharp(photo("rocket")).resize(width, height).jpeg().toBuffer());
}

async function breakOff(): Promise<string> {
  return toDataUri((await readFile(photo("coffee"))).subarray(0, 20_000));
}

function toDataUri(jpeg: Buffer): string {
  return `data:image/jpeg;base64,${jpeg.toString("base64")}`;
}

function toFrame(name: "rocket" | "coffee", width: number, height: number): Promise<Buffer> {
  return sharp(photo(name)).resize(width, height, { fit: "cover" }).removeAlpha().raw().toBuffer();
}
