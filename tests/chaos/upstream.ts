import { once } from "node:events";
import { copyFile, readdir, readFile, stat } from "node:fs/promises";
import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
  request as send,
} from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { openLocalFal } from "../../lib/local-fal/index.ts";
import { render } from "../../lib/local-fal/render/render.ts";

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
  const dataDir = join(folder, "local-fal");
  const fal = await openLocalFal({
    dataDir,
    concurrency: 4,
    faults: true,
    allowPrivateHosts: true,
    async render({ output }, { onProgress, signal }) {
      onProgress(1, 1);
      await delay(RENDER_MS, undefined, { signal });
      await copyFile(videoPath, output);
      return { ...rendered, bytes: (await stat(output)).size };
    },
  });
  const listener = await fal.listen({ port: 0 });
  const attempts = new Map<string, number>();
  const counter = await startCounter(listener.origin, (body) => {
    const tag = readPromptTag(body);
    attempts.set(tag, (attempts.get(tag) ?? 0) + 1);
  });

  return {
    origin: counter.origin,
    attempts,
    video: await readFile(videoPath),
    async countTaken() {
      const taken = new Map<string, number>();
      const folder = join(dataDir, "requests");
      for (const id of await readdir(folder)) {
        const tag = readPromptTag(await readFile(join(folder, id, "input.json"), "utf8"));
        taken.set(tag, (taken.get(tag) ?? 0) + 1);
      }
      return taken;
    },
    async close() {
      counter.close();
      await fal.close();
    },
  };
}

function readPromptTag(body: string): string {
  return readTag((JSON.parse(body) as { prompt: string }).prompt);
}

/** Passes everything on as it is, torn answers included, and reports the body of each submit. */
async function startCounter(target: string, onSubmit: (body: string) => void) {
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request));
    const isSubmit = request.method === "POST" && /^\/queue\.fal\.run\//.test(request.url ?? "");
    if (isSubmit) onSubmit(body.toString());
    pass(request, body, response, target);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function pass(incoming: IncomingMessage, body: Buffer, response: ServerResponse, target: string) {
  const { method, url = "/", headers } = incoming;
  const tear = () => response.destroy();
  // Its files are at the servers' end of the line, too.
  const outside = { ...headers, "x-fal-public-base": `https://${headers.host}` };
  const outgoing = send(new URL(url, target), { method, headers: outside }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.on("error", tear).pipe(response);
  });
  outgoing.on("error", tear);
  outgoing.end(body);
}
