import { randomUUID } from "node:crypto";
import { rename, rm } from "node:fs/promises";
import { Worker } from "node:worker_threads";
import type { RenderedVideo, RenderJob, WorkerMessage } from "./job.ts";
import { PictureError } from "./picture-error.ts";

export type { RenderedVideo, RenderJob } from "./job.ts";
export { PictureError, type PictureErrorCode, type PictureErrorContext } from "./picture-error.ts";

export type RenderOptions = {
  onProgress(framesDone: number, framesWanted: number): void;
  signal?: AbortSignal;
};

/**
 * Renders in a thread of its own. Throws a `PictureError` for a picture that can't be used, and the
 * signal's reason when aborted; the output file appears complete or not at all.
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
  // Written out like this for Turbopack, which finds the worker's file in it. An empty `execArgv` keeps
  // the server's own flags out of the thread.
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: job });
  const stop = () => void worker.terminate();
  signal?.addEventListener("abort", stop);

  const ended = Promise.withResolvers<RenderedVideo>();
  worker.on("message", (message: WorkerMessage) => {
    if (message.type === "progress") onProgress(message.framesDone, message.framesWanted);
    else if (message.type === "done") ended.resolve(message.video);
    else ended.reject(toError(message));
  });
  worker.on("error", ended.reject);

  // Only a thread that is gone can't write any more.
  const gone = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  gone.then(() => ended.reject(signal?.reason ?? new Error("The renderer's thread ended early")));
  try {
    return await ended.promise;
  } finally {
    await gone;
    signal?.removeEventListener("abort", stop);
  }
}

function toError(message: Exclude<WorkerMessage, { type: "progress" | "done" }>): unknown {
  if (message.type === "failed") return message.error;
  return new PictureError(message.code, message.context, { cause: message.cause });
}
