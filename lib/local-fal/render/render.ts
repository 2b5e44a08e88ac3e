import { randomUUID } from "node:crypto";
import { rename, rm } from "node:fs/promises";
import { Worker } from "node:worker_threads";
import type { RenderedVideo, RenderJob, WorkerMessage } from "./job.ts";
import { PictureError } from "./picture-error.ts";

export type { RenderedVideo, RenderJob, VideoShape } from "./job.ts";
export { PictureError, type PictureErrorCode, type PictureErrorContext } from "./picture-error.ts";

export type RenderOptions = {
  onProgress(framesDone: number, framesWanted: number): void;
  signal?: AbortSignal;
};

/**
 * Renders in a separate thread. Throws a `PictureError` for a picture that cannot be used, and the signal's reason when
 * aborted. The output file appears complete or not at all.
 */
export async function render(job: RenderJob, options: RenderOptions): Promise<RenderedVideo> {
  options.signal?.throwIfAborted();
  const unfinished = `${job.output}.${randomUUID()}.part`;
  try {
    const video = await runWorker({ ...job, output: unfinished }, options);
    options.signal?.throwIfAborted();
    await rename(unfinished, job.output);
    return video;
  } finally {
    await rm(unfinished, { force: true });
  }
}

async function runWorker(job: RenderJob, { onProgress, signal }: RenderOptions) {
  const worker = idle.pop() ?? startWorker();
  const ended = Promise.withResolvers<RenderedVideo>();
  const handleExit = () =>
    ended.reject(signal?.reason ?? new Error("The renderer's thread ended early"));
  const handleMessage = (message: WorkerMessage) => {
    if (message.type === "progress") onProgress(message.framesDone, message.framesWanted);
    else if (message.type === "done") ended.resolve(message.video);
    else ended.reject(toError(message));
  };
  const handleAbort = () => void worker.terminate();

  worker.on("message", handleMessage);
  worker.on("error", ended.reject);
  worker.on("exit", handleExit);
  signal?.addEventListener("abort", handleAbort);
  worker.ref();
  worker.postMessage(job);
  let isUsable = false;
  try {
    const video = await ended.promise;
    isUsable = !signal?.aborted;
    return video;
  } catch (error) {
    isUsable = error instanceof PictureError;
    throw error;
  } finally {
    signal?.removeEventListener("abort", handleAbort);
    worker.off("message", handleMessage);
    worker.off("error", ended.reject);
    worker.off("exit", handleExit);
    if (isUsable && idle.length === 0) keep(worker);
    else await worker.terminate();
  }
}

// One idle thread is kept for the next job, because starting one and loading its packages takes 0.2 s.
const idle: Worker[] = [];

function startWorker(): Worker {
  // Turbopack finds the worker's file only by this exact expression: no part of it can move into a variable.
  const worker = new Worker(new URL("./worker.ts", import.meta.url));
  worker.on("error", () => {});
  worker.once("exit", () => {
    const place = idle.indexOf(worker);
    if (place >= 0) idle.splice(place, 1);
  });
  return worker;
}

function keep(worker: Worker) {
  worker.unref();
  idle.push(worker);
}

function toError(message: Exclude<WorkerMessage, { type: "progress" | "done" }>): unknown {
  if (message.type === "failed") return message.error;
  const { code, path, context, cause } = message;
  return new PictureError(code, path, context, { cause });
}
