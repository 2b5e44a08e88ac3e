import { type Generation, isWaiting } from "@/lib/generation";
import type { LibraryDeps } from "./deps";
import { findDeleted } from "./merge";
import { findOpenEnded } from "./open-ended";
import { pause } from "./pause";
import type { SourceTarget } from "./source-target";

const EVERY_MS = { waiting: 1_000, archiving: 5_000 };

type PollTarget = Pick<SourceTarget, "shelf" | "deliver" | "onAlive">;

/** Polls for changes if there is no stream. Sends no request while nothing can change. */
export async function poll(
  { api, page, problems, now }: LibraryDeps,
  { shelf, deliver, onAlive }: PollTarget,
  signal: AbortSignal,
): Promise<void> {
  const findOpen = () => findOpenEnded(shelf.get().watched, now());
  const told = new Map<string, string>();
  const tell = (generation: Generation) => {
    const text = JSON.stringify(generation);
    if (told.get(generation.click) === text) return;
    told.set(generation.click, text);
    deliver({ type: "generation", generation });
  };
  const findEvents = async () => {
    const known = shelf.get().watched;
    const newest = await api.readPage();
    if (signal.aborted) return;
    for (const { id, click } of findDeleted(known, newest)) deliver({ type: "deleted", id, click });
    for (const generation of newest.items) tell(generation);
    const listed = new Set(newest.items.map(({ click }) => click));
    for (const { id, click } of findOpen()) {
      if (listed.has(click)) continue;
      const found = await api.readGeneration(id);
      if (signal.aborted) return;
      if (found) tell(found);
      else deliver({ type: "deleted", id, click });
    }
  };

  while (!signal.aborted) {
    const hasWaiting = findOpen().some(isWaiting);
    await pause(hasWaiting ? EVERY_MS.waiting : EVERY_MS.archiving, signal, page);
    const open = findOpen();
    if (signal.aborted || open.length === 0) continue;
    onAlive();
    try {
      await findEvents();
    } catch (error) {
      if (signal.aborted) return;
      told.clear();
      const trouble = problems.toProblem(error);
      for (const { click } of open) shelf.patch(click, { trouble });
    }
  }
}
