import sharp, { type Sharp } from "sharp";
import { goodInput } from "./asks.ts";
import type { Theme } from "./attempt.ts";
import type { Lab } from "./labs.ts";
import { type Strain, toBurden } from "./strain.ts";
import { FILES } from "./upstream.ts";
import { waitUntil } from "./waits.ts";

type Kind = [name: string, type: string, make: (picture: Sharp) => Sharp];

const WIDTH = 12_000;
const HEIGHT = 10_000;
const AT_ONCE = 8;

const kinds: Kind[] = [
  ["progressive JPEGs", "image/jpeg", (picture) => picture.jpeg({ progressive: true })],
  ["JPEGs", "image/jpeg", (picture) => picture.jpeg()],
  ["PNGs", "image/png", (picture) => picture.png({ compressionLevel: 9 })],
  ["interlaced PNGs", "image/png", (picture) => picture.png({ progressive: true })],
  ["GIFs", "image/gif", (picture) => picture.gif({ effort: 1 })],
  ["WebPs", "image/webp", (picture) => picture.webp({ effort: 0 })],
];

const made = new Map<string, Promise<Buffer>>();

/** 120 megapixels of one colour: next to nothing on the line, and 360 MB once it is unpacked. */
function makeBomb(make: Kind[2]): Promise<Buffer> {
  const background = { r: 90, g: 120, b: 150 };
  const picture = sharp({
    create: { width: WIDTH, height: HEIGHT, channels: 3, background },
    limitInputPixels: false,
  });
  return make(picture).toBuffer();
}

const strains: Strain[] = kinds.map(([name, type, make]) => ({
  name: `eight ${name} of 120 megapixels`,
  lab: "open",
  isLong: true,
  async run(lab) {
    const bytes = await (made.get(name) ?? makeBomb(make));
    made.set(name, Promise.resolve(bytes));
    return detonate(lab, name, type, bytes);
  },
}));

async function detonate(lab: Lab, name: string, type: string, bytes: Buffer) {
  const file = `bomb-${name.replaceAll(" ", "-")}`;
  lab.upstream.files.set(file, { type, bytes });
  const input = { ...goodInput, image_url: `${FILES}/${file}` };
  const asked = () =>
    lab.upstream.calls.filter(({ url }) => url.startsWith(`/v3.fal.media/files/b/abuse/${file}`));
  const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => lab.submit({ input })));
  // The server looks after each run by itself, and keeps its first frame.
  await waitUntil(() => asked().length >= AT_ONCE, 20_000);
  await waitUntil(() => false, 3_000);
  return answers;
}

export const bombs: Theme = { title: "picture bombs", attempts: strains.map(toBurden) };
