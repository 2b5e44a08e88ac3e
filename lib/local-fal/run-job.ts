import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { FileStore } from "./files.ts";
import { parseLifecycle } from "./lifecycle.ts";
import { ModelError, toDetail } from "./model-error.ts";
import { type ModelInput, parseInput } from "./models.ts";
import { locatePicture, measurePicture, toPictureProblem } from "./picture.ts";
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

/** Runs one request to its outcome; it never throws, because a request that fails has one, too. */
export async function runJob(job: Job, workshop: Workshop): Promise<Outcome> {
  const scratch = join(workshop.scratchDir, job.request.id);
  try {
    return { kind: "ok", video: await makeVideo(job, workshop, scratch) };
  } catch (error) {
    if (job.signal.aborted) return { kind: "cancelled" };
    return toFailure(error, job, workshop.reportError);
  } finally {
    await rm(`${scratch}.picture`, { force: true });
    await rm(`${scratch}.mp4`, { force: true });
  }
}

async function makeVideo(job: Job, workshop: Workshop, scratch: string) {
  const { files, render } = workshop;
  const { request, signal, log } = job;
  const input = parseInput(request.endpoint, await job.readInput());
  const picture = input.image_url
    ? await readPicture(input.image_url, `${scratch}.picture`, job, workshop)
    : undefined;
  signal.throwIfAborted();

  const output = `${scratch}.mp4`;
  const video = await renderVideo(render, { ...input, picture, output }, job);
  log(`Writing the video: ${video.width} x ${video.height}, ${video.durationSeconds} s`);
  const lifecycle = parseLifecycle(request.options?.lifecycle);
  return files.adopt(output, "output.mp4", "video/mp4", lifecycle);
}

async function readPicture(
  imageUrl: string,
  scratchPath: string,
  { signal, log }: Job,
  { files, allowPrivateHosts }: Workshop,
) {
  const path = await locatePicture(imageUrl, { files, scratchPath, allowPrivateHosts, signal });
  const { width, height } = await measurePicture(path, imageUrl);
  log(`Reading the picture: ${width} x ${height}`);
  return path;
}

async function renderVideo(
  render: Render,
  { picture, prompt, output, image_url }: ModelInput & { picture?: string; output: string },
  { log, signal }: Job,
) {
  try {
    return await render(
      { picture, prompt, output },
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
    if (error instanceof PictureError && image_url !== undefined) {
      throw toPictureProblem(error.code, image_url, error.context, { cause: error });
    }
    throw error;
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
