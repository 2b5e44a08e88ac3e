import { copyFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { openLocalFal } from "../../lib/local-fal/index.ts";

export type MadeVideo = {
  path: string;
  width: number;
  height: number;
  frames: number;
  durationSeconds: number;
};

type QuickOptions = {
  folder: string;
  /** The video that every render copies. */
  video: MadeVideo;
  renderMs?: number;
  reportError?: Parameters<typeof openLocalFal>[0]["reportError"];
};

/** Opens a real local fal that fails if a prompt asks for it. Its renders copy one real video. */
export function openQuickLocalFal({ folder, video, renderMs = 0, reportError }: QuickOptions) {
  const { path, ...facts } = video;
  return openLocalFal({
    dataDir: join(folder, "local-fal"),
    concurrency: 4,
    faults: true,
    allowPrivateHosts: true,
    ...(reportError && { reportError }),
    async render({ output }, { onProgress, signal }) {
      onProgress(1, 1);
      if (renderMs > 0) await delay(renderMs, undefined, { signal });
      await copyFile(path, output);
      return { ...facts, bytes: (await stat(output)).size };
    },
  });
}
