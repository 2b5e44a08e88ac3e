import { expect, onTestFinished } from "vitest";
import { passedOn } from "../../fake-upstream/answers";
import { openQuickLocalFal } from "../../fake-upstream/quick-local-fal";
import { startScriptedUpstream } from "./scripted-upstream";
import { makeFolder } from "./support";
import { saveVideo } from "./videos";

/**
 * Starts a real local fal behind a recorder of its calls. It fails if a prompt asks for it, and its renders copy one
 * real video.
 */
export async function startLocalUpstream() {
  const folder = await makeFolder();
  const video = await saveVideo(folder);
  const broken: unknown[] = [];
  const fal = await openQuickLocalFal({
    folder,
    video: { path: video, width: 320, height: 192, frames: 10, durationSeconds: 0.4 },
    reportError: (_, error) => broken.push(error),
  });
  onTestFinished(async () => {
    await fal.close();
    expect(broken).toEqual([]);
  });
  const listener = await fal.listen({ port: 0 });
  const upstream = await startScriptedUpstream({ otherwise: passedOn(listener.origin) });
  return { ...upstream, video };
}
