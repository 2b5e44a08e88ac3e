import type { Generation } from "@/lib/generation";
import type { LibraryDeps } from "./deps";
import { isRunning } from "./open-ended";
import { pause } from "./pause";
import type { Shelf } from "./shelf";

const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 5_000;

/** Watches the run on the stage: its place in line, its start and its log. A hidden page stops watching. */
export function openStage(
  { fal, page }: LibraryDeps,
  shelf: Shelf,
  refresh: (generation: Generation) => Promise<void>,
) {
  let click: string | undefined;
  let watching: { requestId: string; controller: AbortController } | undefined;
  const stops: (() => void)[] = [];

  const update = () => {
    const one = click === undefined ? undefined : shelf.find(click);
    const run = one && !one.isLocal && isRunning(one.generation) ? one.generation : undefined;
    const wanted = run && page.isVisible() ? run.requestId : undefined;
    if (wanted === watching?.requestId) return;
    watching?.controller.abort();
    watching = undefined;
    if (!run || !wanted) return;
    const controller = new AbortController();
    watching = { requestId: wanted, controller };
    void follow(run.click, controller.signal);
  };

  async function follow(followed: string, signal: AbortSignal): Promise<void> {
    for (let attempt = 0; !signal.aborted; attempt++) {
      const generation = shelf.find(followed)?.generation;
      if (!isRunning(generation)) return;
      await fal.watch(generation.model, generation.requestId, {
        signal,
        onEvent: (event) => shelf.report(followed, event),
        onLog: (log) => shelf.patch(followed, { log }),
        onTrouble(trouble) {
          if (shelf.find(followed)?.trouble !== trouble) shelf.patch(followed, { trouble });
        },
      });
      if (signal.aborted) return;
      // The server's record says how the run ended, perhaps a moment later.
      await refresh(generation);
      if (!isRunning(shelf.find(followed)?.generation)) return;
      await pause(Math.min(FIRST_WAIT_MS * 1.5 ** attempt, LONGEST_WAIT_MS), signal, page);
    }
  }

  return {
    open: () => stops.push(shelf.subscribe(update), page.onChange(update)),
    watch(named: string | undefined) {
      click = named;
      update();
    },
    close() {
      for (const stop of stops) stop();
      watching?.controller.abort();
    },
  };
}
