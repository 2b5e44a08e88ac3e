import "server-only";

/** Coalesces equal questions: ten callers who ask the same within a second cost one call. */
export type CoalescedAnswers<Answer> = {
  /** Returns an answer that is pending or less than a second old. Otherwise calls `ask`. */
  coalesce(key: string, ask: () => Promise<Answer>): Promise<Answer>;
  /** Drops the answer, because the state has changed: the next caller asks again. */
  forget(key: string): void;
};

const FRESH_MS = 900;

export function openCoalescedAnswers<Answer>(now: () => number): CoalescedAnswers<Answer> {
  const known = new Map<string, { answer: Promise<Answer>; at?: number }>();

  const isFresh = (at: number | undefined) => at === undefined || Math.abs(now() - at) < FRESH_MS;

  return {
    coalesce(key, ask) {
      const last = known.get(key);
      if (last && isFresh(last.at)) return last.answer;
      for (const [other, { at }] of known) if (!isFresh(at)) known.delete(other);

      const entry: { answer: Promise<Answer>; at?: number } = { answer: ask() };
      known.set(key, entry);
      const settle = () => {
        entry.at = now();
      };
      entry.answer.then(settle, settle);
      return entry.answer;
    },
    forget: (key) => void known.delete(key),
  };
}
