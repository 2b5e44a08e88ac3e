import sharp from "sharp";
import type { Attempt, Theme } from "./attempt.ts";
import type { Scene } from "./scene.ts";

const wish = "longSide=1280&background=ffffff";

/** 120 megapixels of one colour, in some hundred kilobytes. */
const makeBomb = () =>
  sharp({
    create: { width: 12_000, height: 10_000, channels: 3, background: "#5a7896" },
    limitInputPixels: false,
  })
    .png({ compressionLevel: 9 })
    .toBuffer();

const attempts: Attempt[] = [
  {
    name: "a picture to prepare without a session",
    run: (scene) => ask(scene, wish, Buffer.from("x"), ""),
  },
  {
    name: "a picture to prepare of 60 megabytes",
    run: (scene) => ask(scene, wish, Buffer.alloc(60 * 2 ** 20)),
  },
  {
    name: "a picture to prepare that is a bomb",
    run: async (scene) => ask(scene, wish, await makeBomb()),
  },
  {
    name: "a picture to prepare that is a program",
    run: (scene) => ask(scene, wish, Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg"/>`)),
  },
  ...[
    "",
    "longSide=99999&background=ffffff",
    "longSide=1280&background=url(x)",
    `${wish}&part=0,0,1e9,1e9`,
    `${wish}&owner=everyone`,
  ].map(
    (query): Attempt => ({
      name: `a picture to prepare with ${query || "no wish"}`,
      run: (scene) => ask(scene, query, Buffer.from("x")),
    }),
  ),
];

function ask(scene: Scene, query: string, body: Uint8Array, cookie = scene.attacker) {
  return scene.call({
    method: "POST",
    path: `/api/pictures/prepared?${query}`,
    headers: { "content-type": "application/octet-stream", ...(cookie && { cookie }) },
    body,
  });
}

export const prepared: Theme = { title: "pictures to prepare", attempts };
