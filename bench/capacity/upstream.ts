import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { render } from "../../lib/local-fal/render/render.ts";
import { file, give, resultAt } from "../../tests/fake-upstream/answers.ts";
import { startFakeUpstream } from "../../tests/fake-upstream/fake-upstream.ts";
import type { Answer } from "../../tests/fake-upstream/recorder.ts";

export type CapacityUpstream = {
  origin: string;
  /** Ends these runs with a video. */
  complete(requestIds: readonly string[]): void;
  /** When each run ended, in milliseconds since 1970, by request id. */
  completedAt: ReadonlyMap<string, number>;
  /** How many calls of each kind came in. */
  counts(): Record<string, number>;
  close(): Promise<void>;
};

export const PICTURE_URL = "https://v3b.fal.media/files/b/photos/picture.jpg";

const PHOTO = new URL("../../tests/photos/rocket.jpg", import.meta.url);
// The delay of a fal that is near.
const ANSWERS_AFTER_MS = 5;
// As fal does, so that the connection stays open.
const PING_EVERY_MS = 15_000;
const STREAM_HEADERS = { "content-type": "text/event-stream", "cache-control": "no-store" };

/** Starts an upstream that keeps every run going until it is told to complete it. All videos are copies of one. */
export async function startCapacityUpstream(folder: string): Promise<CapacityUpstream> {
  const output = join(folder, "video.mp4");
  const signal = new AbortController().signal;
  await render({ prompt: "[Push in] a rocket", output }, { signal, onProgress() {} });
  const video = file(await readFile(output));
  const picture = file(await readFile(PHOTO), "image/jpeg");
  const completedAt = new Map<string, number>();
  const streams = new Map<string, Set<() => void>>();
  const counts: Record<string, number> = {};

  const statusOf = (id: string) =>
    completedAt.has(id) ? { status: "COMPLETED" } : { status: "IN_PROGRESS", logs: null };
  const count = (kind: string, answer: Answer): Answer => {
    return async (call, response) => {
      counts[kind] = (counts[kind] ?? 0) + 1;
      await delay(ANSWERS_AFTER_MS);
      return answer(call, response);
    };
  };
  const fal = await startFakeUpstream({
    unrecorded: ["submit", "status", "stream", "result", "file", "keys", "prices"],
    answers: {
      submit: count("submit", (call, response) =>
        give({ body: { status: "IN_QUEUE", request_id: crypto.randomUUID() } }, call, response),
      ),
      status: count("status", (call, response) =>
        give({ status: 202, body: statusOf(readId(call.url)) }, call, response),
      ),
      stream: count("stream", ({ url }, response) => {
        const id = readId(url);
        response.writeHead(200, STREAM_HEADERS);
        const tell = () => {
          response.write(`data: ${JSON.stringify(statusOf(id))}\n\n`);
          if (completedAt.has(id)) response.end();
        };
        const listeners = streams.get(id) ?? new Set();
        streams.set(id, listeners.add(tell));
        const alive = setInterval(() => response.write(": ping\n\n"), PING_EVERY_MS);
        response.on("close", () => {
          clearInterval(alive);
          listeners.delete(tell);
        });
        tell();
      }),
      result: count("result", (call, response) =>
        give(
          resultAt(`https://v3b.fal.media/files/b/${readId(call.url)}/output.mp4`),
          call,
          response,
        ),
      ),
      file: count("file", (call, response) =>
        give(call.url.endsWith(".jpg") ? picture : video, call, response),
      ),
    },
  });
  return {
    ...{ origin: fal.origin, completedAt, close: fal.close },
    complete(requestIds) {
      for (const id of requestIds) {
        completedAt.set(id, Date.now());
        for (const tell of streams.get(id) ?? []) tell();
      }
    },
    counts: () => ({ ...counts }),
  };
}

function readId(url: string): string {
  return /\/requests\/([^/?]+)/.exec(url)?.[1] ?? "";
}
