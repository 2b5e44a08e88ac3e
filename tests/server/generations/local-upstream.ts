import { copyFile, stat } from "node:fs/promises";
import { type ServerResponse, request as send } from "node:http";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { openLocalFal } from "@/lib/local-fal/index";
import { type Call, startRecorder } from "./recorder";
import { makeFolder } from "./support";
import { saveVideo } from "./videos";

/** A real local fal that fails as the prompts ask, behind a record of the calls. Its renders copy one real video. */
export async function startLocalUpstream() {
  const folder = await makeFolder();
  const video = await saveVideo(folder);
  const broken: unknown[] = [];
  const fal = await openLocalFal({
    dataDir: join(folder, "local-fal"),
    concurrency: 4,
    faults: true,
    allowPrivateHosts: true,
    reportError: (_, error) => broken.push(error),
    async render({ output }, { onProgress }) {
      onProgress(1, 1);
      await copyFile(video, output);
      const { size } = await stat(output);
      return { width: 320, height: 192, frames: 10, durationSeconds: 0.4, bytes: size };
    },
  });
  onTestFinished(async () => {
    await fal.close();
    expect(broken).toEqual([]);
  });
  const listener = await fal.listen({ port: 0 });
  const { origin, calls } = await startRecorder((call, response) =>
    pass(call, response, listener.origin),
  );
  return { base: origin, calls, video };
}

/** As it is, torn answers included. */
function pass({ method, url, headers, body }: Call, response: ServerResponse, target: string) {
  const tear = () => response.destroy();
  const outgoing = send(new URL(url, target), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.on("error", tear).pipe(response);
  });
  outgoing.on("error", tear);
  outgoing.end(body);
}
