import "server-only";
import type { RunAnswer } from "../upstream/runs";

/** The last answer about each run, so that ten tabs and the watcher cost the upstream what one costs. */
export type StatusAnswers = {
  /** The answer that is under way or under a second old; else `ask` is called. */
  share(id: string, ask: () => Promise<RunAnswer>): Promise<RunAnswer>;
  /** Something is known to have happened since: the next one asks anew. */
  forget(id: string): void;
};

const FRESH_MS = 900;

export function openStatusAnswers(now: () => number): StatusAnswers {
  const known = new Map<string, { answer: Promise<RunAnswer>; at?: number }>();

  const isFresh = (at: number | undefined) => at === undefined || Math.abs(now() - at) < FRESH_MS;

  return {
    share(id, ask) {
      const last = known.get(id);
      if (last && isFresh(last.at)) return last.answer;
      for (const [other, { at }] of known) if (!isFresh(at)) known.delete(other);

      const entry: { answer: Promise<RunAnswer>; at?: number } = { answer: ask() };
      known.set(id, entry);
      const settle = () => {
        entry.at = now();
      };
      entry.answer.then(settle, settle);
      return entry.answer;
    },
    forget: (id) => void known.delete(id),
  };
}
