import {
  changeWords,
  openEventStream,
  readGeneration,
  readPage,
  removeGenerations,
  removeNotMade,
  removeShares,
  undoRemoval,
} from "../api/library";
import { publishShare } from "../api/shares";
import { toGatewayProblem, toLineProblem } from "../http/ask";
import { serverNow } from "../http/server-clock";
import { untilIdle } from "../page/idle";
import { loadScript } from "../page/load-script";
import { pageState } from "../page/page-state";
import type { LibraryDeps } from "./deps";
import { forgetClick, persistClick, readClicks } from "./pending-clicks";

/** Returns the parts that the library uses in a real page. */
export function openPageDeps(): LibraryDeps {
  return {
    api: {
      ...{ readPage, readGeneration, changeWords, publishShare },
      ...{ removeGenerations, removeNotMade, removeShares, undoRemoval },
    },
    fal: lazyFal(),
    now: serverNow,
    // Only a secure origin has `randomUUID`.
    newClick: () =>
      crypto.randomUUID?.() ?? `click-${Date.now()}-${Math.random().toString(36).slice(2)}`,
    clicks: { persist: persistClick, forget: forgetClick, read: readClicks },
    page: pageState,
    // Evaluating the library's script takes a while, so its first request runs in a separate task.
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

// Only a run needs fal's client. It is evaluated in a task of its own, so that no click waits for it.
function lazyFal(): LibraryDeps["fal"] {
  const load = () => loadScript(() => import("../fal/calls"));
  void untilIdle()
    .then(load)
    .catch(() => {});
  return {
    submit: async (...run) => (await load()).submit(...run),
    cancel: async (...run) => (await load()).cancel(...run),
    watch: async (...run) => (await load()).watch(...run),
  };
}
