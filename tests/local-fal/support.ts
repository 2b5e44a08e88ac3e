import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFalClient } from "@fal-ai/client";
import { expect, onTestFinished } from "vitest";
import { type LocalFalOptions, openLocalFal } from "../../lib/local-fal/index.ts";
import type { Render } from "../../lib/local-fal/run-job.ts";

export const imageToVideo = "fal-ai/minimax-video/image-to-video";
export const textToVideo = "fal-ai/minimax-video";
export const withKey = { authorization: "Key id:secret" };

export async function makeDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "local-fal-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Opens a local fal on a free port for one test. An error inside it fails the test. */
export async function startFal(options: Partial<LocalFalOptions> = {}) {
  const dataDir = options.dataDir ?? (await makeDirectory());
  const broken: unknown[] = [];
  const reportError = (_message: string, error: unknown) => broken.push(error);
  const fal = await openLocalFal({ dataDir, reportError, ...options });
  onTestFinished(async () => {
    await fal.close();
    expect(broken).toEqual([]);
  });
  const { origin } = await fal.listen({ port: 0 });
  return { fal, dataDir, ...connect(origin) };
}

export function connect(origin: string) {
  const toLocal = (url: string) => url.replace(/^https:\/\//, `${origin}/`);
  return {
    origin,
    call: (url: string, init?: RequestInit) => fetch(toLocal(url), { headers: withKey, ...init }),
    client: createFalClient({
      credentials: "id:secret",
      fetch: (url, init) => fetch(toLocal(String(url)), init),
    }),
  };
}

export type Connection = ReturnType<typeof connect>;

export async function readPhoto(name: "rocket.jpg" | "coffee.jpg"): Promise<File> {
  const bytes = await readFile(new URL(`../photos/${name}`, import.meta.url));
  return new File([bytes], name, { type: "image/jpeg" });
}

/** Follows a request with the client until it is completed, and returns the fetched result unchanged. */
export async function settle({ client, call }: Connection, requestId: string): Promise<Response> {
  await client.queue.subscribeToStatus(textToVideo, { requestId, pollInterval: 20 });
  return call(`https://queue.fal.run/${textToVideo}/requests/${requestId}`);
}

export const renderAtOnce: Render = async ({ prompt, output }) => {
  const video = `video of ${prompt}`;
  await writeFile(output, video);
  return { width: 1280, height: 720, frames: 141, durationSeconds: 5.64, bytes: video.length };
};

/** A renderer that blocks each render until the test releases it. */
export function blockRenders() {
  const started: string[] = [];
  const aborted: string[] = [];
  const releases: (() => void)[] = [];
  let wake = () => {};

  const render: Render = async (job, options) => {
    const { prompt } = job;
    const { signal, onProgress } = options;
    onProgress(25, 141);
    started.push(prompt);
    wake();
    await new Promise<void>((resolve, reject) => {
      releases.push(resolve);
      signal?.addEventListener("abort", () => {
        aborted.push(prompt);
        reject(signal.reason);
      });
    });
    return renderAtOnce(job, options);
  };

  return {
    render,
    started,
    aborted,
    releaseNext: () => releases.shift()?.(),
    async untilStarted(count: number) {
      while (started.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
