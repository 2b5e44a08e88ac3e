import { fill } from "@/lib/messages/fill";
import { serverNow } from "../http/server-clock";
import { lazyLibrary } from "../library/lazy-library";
import { loadScript } from "../page/load-script";
import { openStudio, type StudioDeps } from "./open-studio";

type PageStudioOptions = Pick<StudioDeps, "draft" | "findOffers" | "focus"> & {
  findPlayer: () => HTMLVideoElement | null;
  /** Names a frame by its time, in the words of the page. */
  findFrameWords: () => string;
};

const loadFrames = () => loadScript(() => import("../player/frames"));

/** The studio of this page. */
export function openPageStudio({ findPlayer, findFrameWords, ...rest }: PageStudioOptions) {
  return openStudio({
    ...rest,
    library: lazyLibrary,
    now: serverNow,
    grabFrame({ url }) {
      const player = findPlayer();
      if (!player) return undefined;
      const name = fill(findFrameWords(), { seconds: player.currentTime.toFixed(1) });
      return { name, frame: loadFrames().then(({ captureFrame }) => captureFrame(player, url)) };
    },
    frameOf({ url, durationSeconds = 0 }, end) {
      const seconds = end === "first" ? 0 : durationSeconds;
      const name = fill(findFrameWords(), { seconds: seconds.toFixed(1) });
      return { name, frame: loadFrames().then(({ readEnd }) => readEnd(url, end)) };
    },
    untilDrawable: (url) =>
      loadFrames().then(
        ({ untilDrawable }) => untilDrawable(url),
        // Without its script no frame was taken, and that is said.
        () => {},
      ),
    async readyInput(generation) {
      const { readyInput } = await loadScript(() => import("../generation/rerun"));
      return readyInput(generation);
    },
    async fetchPicture(url) {
      const { fetchPicture } = await loadScript(() => import("../picture/preparation"));
      return fetchPicture(url);
    },
  });
}
