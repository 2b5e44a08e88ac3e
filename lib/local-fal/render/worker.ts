import { writeFile } from "node:fs/promises";
import os from "node:os";
import { parentPort } from "node:worker_threads";
import { planPath } from "./camera.ts";
import { encodeVideo } from "./encode.ts";
import type { RenderedVideo, RenderJob, WorkerMessage } from "./job.ts";
import { findReach, lookThrough } from "./lens.ts";
import { planMotion } from "./motion.ts";
import { paint } from "./paint.ts";
import { readPicture } from "./picture.ts";
import { PictureError } from "./picture-error.ts";
import { separate } from "./planes.ts";
import { createSampler } from "./sample.ts";
import { surround } from "./surroundings.ts";

// 5.64 s at 25 frames a second: what MiniMax's model delivers.
const FRAMES = 141;
const FRAMES_PER_SECOND = 25;

const port = parentPort;
if (!port) throw new Error("The renderer's worker runs in a worker thread");

const tell = (message: WorkerMessage) => port.postMessage(message);

lowerPriority();
port.on("message", (job: RenderJob) => {
  render(job)
    .then((video) => tell({ type: "done", video }))
    .catch((error) => tell(toMessage(error)));
});

async function render(job: RenderJob): Promise<RenderedVideo> {
  const picture =
    job.picture === undefined ? await paint(job.prompt) : await readPicture(job.picture);
  const { width, height } = picture;
  const path = planPath(planMotion(job.prompt), FRAMES, FRAMES_PER_SECOND);
  const views = path.map((pose) => lookThrough(pose, picture));
  const reach = findReach(views, picture);
  const margin = { x: reach.x + 2, y: reach.y + 2 };
  const planes = separate(await surround(picture, margin.x, margin.y));
  const sampler = createSampler(picture, planes, margin);

  const bytes = await encodeVideo(
    { width, height, framesPerSecond: FRAMES_PER_SECOND },
    views.map((view) => () => {
      sampler.draw(view);
      return sampler.frame;
    }),
    (framesDone) => tell({ type: "progress", framesDone, framesWanted: FRAMES }),
  );
  await writeFile(job.output, bytes);
  const durationSeconds = FRAMES / FRAMES_PER_SECOND;
  return { width, height, frames: FRAMES, durationSeconds, bytes: bytes.byteLength };
}

// On Linux, and only there, 0 means the calling thread; the encoder's threads inherit it. Elsewhere it is
// the whole process, server and all.
function lowerPriority() {
  if (process.platform === "linux") os.setPriority(0, os.constants.priority.PRIORITY_BELOW_NORMAL);
}

function toMessage(error: unknown): WorkerMessage {
  if (!(error instanceof PictureError)) return { type: "failed", error };
  return { type: "refused", code: error.code, context: error.context, cause: error.cause };
}
