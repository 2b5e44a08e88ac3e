/**
 * Makes the pictures and videos of `public/samples` with the local fal's renderer: `npm run samples`. The two photographs
 * are free of copyright restrictions (CC0, see `tests/photos/README.md`); the hills are drawn here.
 */
import { mkdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import sharp from "sharp";
import { paint } from "../lib/local-fal/render/paint.ts";
import { render } from "../lib/local-fal/render/render.ts";
import { samples } from "../lib/messages/en/samples.ts";
import { type SampleName, sampleFiles, sampleNames } from "../lib/samples.ts";

const root = resolve(import.meta.dirname, "..");
const SHOWN_WIDTH = 400;
const SHOWN_FRAMES = 100;

await mkdir(join(root, "public/samples"), { recursive: true });
for (const name of sampleNames) {
  const files = sampleFiles(name);
  const inPublic = (file: string) => join(root, "public", file);
  const picture = inPublic(files.picture);
  await (await drawPicture(name)).jpeg({ quality: 84, mozjpeg: true }).toFile(picture);
  await sharp(picture).resize(SHOWN_WIDTH).webp({ quality: 74 }).toFile(inPublic(files.thumbnail));
  await render(
    {
      picture,
      prompt: samples.each[name].prompt,
      shape: { longSide: SHOWN_WIDTH, frames: SHOWN_FRAMES },
      output: inPublic(files.video),
    },
    { onProgress: () => {} },
  );
  for (const file of Object.values(files)) {
    console.log(`${file} ${(await stat(inPublic(file))).size} bytes`);
  }
}
process.exit();

async function drawPicture(name: SampleName) {
  if (name !== "hills") return sharp(join(root, `tests/photos/${name}.jpg`));
  const { rgb, width, height } = await paint("Hills at dusk", 1422);
  const painted = sharp(rgb, { raw: { width, height, channels: 3 } });
  return painted.resize(1200, 800, { fit: "cover" });
}
