/** Starts a local fal for a test that kills it: `node durable-server.ts DATA_DIR VIDEO`. Its renders copy VIDEO. */
import { appendFile, copyFile, stat } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { openLocalFal } from "../../lib/local-fal/index.ts";

const [dataDir = "", video = ""] = process.argv.slice(2);
const RENDER_MS = 5;

const fal = await openLocalFal({
  dataDir,
  faults: true,
  async render({ prompt, output }, { onProgress, signal }) {
    await appendFile(`${dataDir}/rendered.txt`, `${prompt}\n`);
    onProgress(1, 1);
    await delay(RENDER_MS, undefined, { signal });
    await copyFile(video, output);
    const { size } = await stat(output);
    return { width: 320, height: 320, frames: 141, durationSeconds: 5.64, bytes: size };
  },
});
const { origin } = await fal.listen({ port: 0 });
console.log(origin);
