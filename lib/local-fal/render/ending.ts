import { addBorder, border } from "./border.ts";
import { FRAMES_PER_SECOND } from "./job.ts";
import { toView } from "./lens.ts";
import type { Picture } from "./picture.ts";
import { separate } from "./planes.ts";
import { createSampler } from "./sample.ts";

const FADE_SECONDS = 1.5;
const atRest = { truck: 0, pedestal: 0, pan: 0, tilt: 0, zoom: 0, roll: 0 };

/** Fades the moving picture into the picture that the video ends with. The last frame shows only that picture. */
export async function createEnding(picture: Picture, frames: number) {
  const planes = separate(await addBorder(picture));
  const sampler = createSampler(picture, planes, border);
  sampler.draw(toView(atRest, picture));
  const end = sampler.frame;
  const first = frames - 1 - FADE_SECONDS * FRAMES_PER_SECOND;

  return {
    mixInto(frame: Uint8Array, n: number) {
      const progress = Math.max(0, (n - first) / (frames - 1 - first));
      // The weight in 1/256, with a soft start: a fade that starts at full speed looks like a switch.
      const weight = Math.round(256 * progress * progress * (3 - 2 * progress));
      if (weight === 0) return;
      for (let at = 0; at < frame.length; at++) {
        const from = frame[at] as number;
        frame[at] = from + ((((end[at] as number) - from) * weight + 128) >> 8);
      }
    },
  };
}
