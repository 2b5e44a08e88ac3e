import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { FileStore } from "./files.ts";
import { parseLifecycle } from "./lifecycle.ts";
import { ModelError, toDetail } from "./model-error.ts";
import { parseInput, planVideo } from "./models.ts";
import { locatePicture, measurePicture, type NamedPicture, toPictureProblem } from "./picture.ts";
import type { Job } from "./queue.ts";
import {
  PictureError,
  type RenderedVideo,
  type RenderJob,
  type RenderOptions,
} from "./render/render.ts";
import type { Outcome } from "./request.ts";
import { RequestError, toErrorOutcome } from "./request-error.ts";

export type Render = (job: RenderJob, options: RenderOptions) => Promise<RenderedVideo>;
export type ReportError = (message: string, error: unknown) => void;

type Workshop = {
  files: FileStore;
  scratchDir: string;
  render: Render;
  allowPrivateHosts: boolean;
  reportError: ReportError;
};

const LOG_EVERY_FRAMES = 25;

/** Runs one request and returns its outcome. It never throws: a failure is an outcome, too. */
export async function runJob(job: Job, workshop: Workshop): Promise<Outcome> {
  const scratch = join(workshop.scratchDir, job.request.id);
  try {
    return await makeVideo(job, workshop, scratch);
  } catch (error) {
    if (job.signal.aborted) return { kind: "cancelled" };
    return toFailure(error, job, workshop.reportError);
  } finally {
    await rm(`${scratch}.image_url`, { force: true });
    await rm(`${scratch}.end_image_url`, { force: true });
    await rm(`${scratch}.mp4`, { force: true });
  }
}

async function makeVideo(job: Job, workshop: Workshop, scratch: string): Promise<Outcome> {
  const { files, render } = workshop;
  const { request, signal, log } = job;
  const input = parseInput(request.endpoint, await job.readInput());
  const plan = planVideo(request.endpoint, input);
  const pictures: ReadPicture[] = [];
  for (const field of ["image_url", "end_image_url"] as const) {
    const url = input[field];
    if (url === undefined) continue;
    pictures.push(await readPicture({ field, url }, `${scratch}.${field}`, job, workshop));
  }
  signal.throwIfAborted();

  const output = `${scratch}.mp4`;
  const { prompt, seed = drawSeed(request.id) } = input;
  log(`Seed: ${seed}`);
  const { shape } = plan;
  const video = await renderVideo(render, { prompt, seed, output, shape }, pictures, job);
  log(`Writing the video: ${video.width} x ${video.height}, ${video.durationSeconds} s`);
  const lifecycle = parseLifecycle(request.options?.lifecycle);
  return {
    kind: "ok",
    video: await files.adopt(output, "output.mp4", "video/mp4", lifecycle),
    billableUnits: plan.billableUnits,
  };
}

/** Each request gets a seed of its own. If it has to run again after a restart, it gets the same one. */
function drawSeed(requestId: string): number {
  return createHash("sha256").update(requestId).digest().readUInt32BE();
}

type ReadPicture = NamedPicture & { path: string };

async function readPicture(
  picture: NamedPicture,
  scratchPath: string,
  { signal, log }: Job,
  { files, allowPrivateHosts }: Workshop,
): Promise<ReadPicture> {
  const path = await locatePicture(picture, { files, scratchPath, allowPrivateHosts, signal });
  const { width, height } = await measurePicture(path, picture);
  const name = picture.field === "image_url" ? "picture" : "end picture";
  log(`Reading the ${name}: ${width} x ${height}`);
  return { ...picture, path };
}

async function renderVideo(
  render: Render,
  job: RenderJob,
  pictures: ReadPicture[],
  { log, signal }: Job,
) {
  const pathOf = (wanted: NamedPicture["field"]) =>
    pictures.find(({ field }) => field === wanted)?.path;
  try {
    return await render(
      { ...job, picture: pathOf("image_url"), endPicture: pathOf("end_image_url") },
      {
        signal,
        onProgress(framesDone, framesWanted) {
          if (framesDone % LOG_EVERY_FRAMES === 0 || framesDone === framesWanted) {
            log(`Rendered ${framesDone} of ${framesWanted} frames`);
          }
        },
      },
    );
  } catch (error) {
    if (!(error instanceof PictureError)) throw error;
    const picture = pictures.find(({ path }) => path === error.path);
    if (!picture) throw error;
    throw toPictureProblem(error.code, picture, error.context, { cause: error });
  }
}

function toFailure(error: unknown, { request, log }: Job, reportError: ReportError): Outcome {
  if (error instanceof ModelError) {
    log(error.message, "ERROR");
    return { kind: "error", httpStatus: error.httpStatus, body: { detail: error.detail } };
  }
  if (error instanceof RequestError) {
    log(error.message, "ERROR");
    return toErrorOutcome(error.type, error.message);
  }
  reportError(`The local fal couldn't run request ${request.id}`, error);
  const message = "The model failed unexpectedly";
  log(message, "ERROR");
  const detail = [toDetail("internal_server_error", [], message)];
  return { kind: "error", httpStatus: 500, body: { detail } };
}
