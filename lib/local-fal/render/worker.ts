import { writeFile } from "node:fs/promises";
import os from "node:os";
import { parentPort } from "node:worker_threads";
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
import { findReach, toView } from "./lens.ts";
import { planMotion } from "./motion.ts";
import { paint } from "./paint.ts";
import { fitFrame, readPicture } from "./picture.ts";
import { PictureError } from "./picture-error.ts";
import { separate } from "./planes.ts";
import { createSampler } from "./sample.ts";
import { surround } from "./surroundings.ts";

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
  output,
  shape: { longSide, frames } = usualShape,
}: RenderJob): Promise<RenderedVideo> {
  const picture =
    picturePath === undefined
      ? await paint(prompt, longSide)
      : await readPicture(picturePath, (size) => fitFrame(size, longSide));
  const { width, height } = picture;
  const endPicture = endPath && (await readPicture(endPath, () => ({ width, height })));
  const path = planPath(planMotion(prompt), frames, FRAMES_PER_SECOND);
  const views = path.map((pose) => toView(pose, picture));
  const reach = findReach(views, picture);
  const margin = { x: reach.x + 2, y: reach.y + 2 };
  const planes = separate(await surround(picture, margin.x, margin.y));
  const sampler = createSampler(picture, planes, margin);
  const end = endPicture ? await createEnding(endPicture, frames) : undefined;

  const bytes = await encodeVideo(
    { width, height, framesPerSecond: FRAMES_PER_SECOND },
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
