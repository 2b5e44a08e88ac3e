import { writeFile } from "node:fs/promises";
import os from "node:os";
import { parentPort } from "node:worker_threads";
import { addBorder, border } from "./border.ts";
import { planPath } from "./camera.ts";
import { encodeVideo } from "./encode.ts";
import { createEnding } from "./ending.ts";
import {
  FRAMES_PER_SECOND,
  type RenderedVideo,
  type RenderJob,
  usualShape,
  type WorkerMessage,
} from "./job.ts";
import { toView } from "./lens.ts";
import { planMotion } from "./motion.ts";
import { paint } from "./paint.ts";
import { fitFrame, readPicture } from "./picture.ts";
import { PictureError } from "./picture-error.ts";
import { separate } from "./planes.ts";
import { createSampler } from "./sample.ts";
import { planVariation } from "./variation.ts";

const port = parentPort;
if (!port) throw new Error("The renderer's worker runs in a worker thread");

const tell = (message: WorkerMessage) => port.postMessage(message);

lowerPriority();
port.on("message", (job: RenderJob) => {
  render(job)
    .then((video) => tell({ type: "done", video }))
    .catch((error) => tell(toMessage(error)));
});

async function render({
  picture: picturePath,
  endPicture: endPath,
  prompt,
  seed,
  output,
  shape: { longSide, frames } = usualShape,
}: RenderJob): Promise<RenderedVideo> {
  const picture =
    picturePath === undefined
      ? await paint(prompt, longSide, seed)
      : await readPicture(picturePath, (size) => fitFrame(size, longSide));
  const { width, height } = picture;
  const endPicture = endPath && (await readPicture(endPath, () => ({ width, height })));
  const { motion, variation } = planVariation(seed, planMotion(prompt));
  const size = { width, height };
  const framesPerSecond = FRAMES_PER_SECOND;
  const path = planPath(motion, { frames, framesPerSecond, size, variation });
  const views = path.map((pose) => toView(pose, size));
  const planes = separate(await addBorder(picture));
  const sampler = createSampler(picture, planes, border);
  const end = endPicture ? await createEnding(endPicture, frames) : undefined;

  const bytes = await encodeVideo(
    { width, height, framesPerSecond },
    views.map((view, n) => () => {
      sampler.draw(view);
      end?.mixInto(sampler.frame, n);
      return sampler.frame;
    }),
    (framesDone) => tell({ type: "progress", framesDone, framesWanted: frames }),
  );
  await writeFile(output, bytes);
  const durationSeconds = frames / FRAMES_PER_SECOND;
  return { width, height, frames, durationSeconds, bytes: bytes.byteLength };
}

// On Linux, 0 means the calling thread, and the encoder's threads inherit its priority. On other systems it means the
// whole process with the server in it.
function lowerPriority() {
  if (process.platform === "linux") os.setPriority(0, os.constants.priority.PRIORITY_BELOW_NORMAL);
}

function toMessage(error: unknown): WorkerMessage {
  if (!(error instanceof PictureError)) return { type: "failed", error };
  const { code, path, context, cause } = error;
  return { type: "refused", code, path, context, cause };
}
