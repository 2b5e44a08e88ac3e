import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { render } from "../../lib/local-fal/render/render.ts";
import { passedOn } from "../fake-upstream/answers.ts";
import { startFakeUpstream } from "../fake-upstream/fake-upstream.ts";
import { openQuickLocalFal } from "../fake-upstream/quick-local-fal.ts";

export type ChaosUpstream = {
  origin: string;
  /** How many submits of each click came in, by its tag; lost and refused ones included. */
  attempts: ReadonlyMap<string, number>;
  /** How many of them it took. */
  countTaken(): Promise<Map<string, number>>;
  /** What every finished video is a copy of. */
  video: Buffer;
  close(): Promise<void>;
};

const RENDER_MS = 400;

/** A click's tag stands at the begin of its prompt. */
export function readTag(prompt: string): string {
  return prompt.split(" ")[0] ?? "";
}

/** A local fal that fails as each prompt asks, behind a counter of submits. Its renders copy one real video. */
export async function startChaosUpstream(folder: string): Promise<ChaosUpstream> {
  const videoPath = join(folder, "video.mp4");
  const rendered = await render(
    { prompt: "[Push in] a rocket", output: videoPath },
    { signal: new AbortController().signal, onProgress() {} },
  );
  const fal = await openQuickLocalFal({
    ...{ folder, renderMs: RENDER_MS },
    video: { path: videoPath, ...rendered },
  });
  const listener = await fal.listen({ port: 0 });
  const attempts = new Map<string, number>();
  // Its files are at the servers' end of the line, too.
  const pass = passedOn(listener.origin, (headers) => ({
    ...headers,
    "x-fal-public-base": `https://${headers.host}`,
  }));
  const counter = await startFakeUpstream({
    otherwise: pass,
    answers: {
      submit: (call, response) => {
        const tag = readPromptTag(call.body);
        attempts.set(tag, (attempts.get(tag) ?? 0) + 1);
        return pass(call, response);
      },
    },
  });

  return {
    origin: counter.origin,
    attempts,
    video: await readFile(videoPath),
    async countTaken() {
      const taken = new Map<string, number>();
      const requests = join(folder, "local-fal", "requests");
      for (const id of await readdir(requests)) {
        // A request's folder is there a moment before its input.
        const input = await readFile(join(requests, id, "input.json"), "utf8").catch(ignoreMissing);
        if (input === undefined) continue;
        const tag = readPromptTag(input);
        taken.set(tag, (taken.get(tag) ?? 0) + 1);
      }
      return taken;
    },
    async close() {
      await counter.close();
      await fal.close();
    },
  };
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}

function readPromptTag(body: string): string {
  return readTag((JSON.parse(body) as { prompt: string }).prompt);
}
