import { deleteGeneration, openEventStream, readGeneration, readPage } from "../api/library";
import { cancel } from "../fal/cancel";
import { submit } from "../fal/submit";
import { watch } from "../fal/watch";
import { toGatewayProblem, toLineProblem } from "../http/ask";
import { serverNow } from "../http/server-clock";
import { untilIdle } from "../page/idle";
import { pageState } from "../page/page-state";
import type { LibraryDeps } from "./deps";
import { forgetClick, persistClick, readClicks } from "./pending-clicks";

/** What the library uses in a browser. */
export function openPageDeps(): LibraryDeps {
  return {
    api: { readPage, readGeneration, deleteGeneration },
    fal: { submit, cancel, watch },
    now: serverNow,
    // Without a secure origin there is no `randomUUID`.
    newClick: () =>
      crypto.randomUUID?.() ?? `click-${Date.now()}-${Math.random().toString(36).slice(2)}`,
    clicks: { keep: persistClick, forget: forgetClick, read: readClicks },
    page: pageState,
    // The library's script took its time; its first request is a task of its own.
    untilIdle,
    problems: { toProblem: toLineProblem, toGatewayProblem },
    openChannel() {
      const channel = new BroadcastChannel("firstframe.library");
      return {
        post: (message) => channel.postMessage(message),
        listen: (listener) =>
          channel.addEventListener("message", ({ data }: MessageEvent<unknown>) => listener(data)),
        close: () => channel.close(),
      };
    },
    locks: navigator.locks,
    openStream: openEventStream,
  };
}
