import { startScriptedUpstream } from "../scripted-upstream";
import { addGeneration, type DatabaseKind, openServer } from "../support";

export const videoUrl = "https://v3b.fal.media/files/b/rocket/output.mp4";

/** Opens a server with one generation whose video is made but not archived yet. */
export async function openWithVideo(kind: DatabaseKind, url = videoUrl) {
  const upstream = await startScriptedUpstream();
  const server = await openServer(kind, upstream);
  const id = await addGeneration(server.services, [
    { type: "accepted", requestId: "request-1" },
    { type: "succeeded", video: { url } },
  ]);
  return { upstream, server, id };
}
