import "server-only";

/** The last answer to each question, so that ten who ask the same within a second cost what one costs. */
export type SharedAnswers<Answer> = {
  /** The answer that is under way or under a second old; else `ask` is called. */
  share(key: string, ask: () => Promise<Answer>): Promise<Answer>;
  /** Something is known to have happened since: the next one asks anew. */
  forget(key: string): void;
};

const FRESH_MS = 900;

export function openSharedAnswers<Answer>(now: () => number): SharedAnswers<Answer> {
  const known = new Map<string, { answer: Promise<Answer>; at?: number }>();

  const isFresh = (at: number | undefined) => at === undefined || Math.abs(now() - at) < FRESH_MS;

  return {
    share(key, ask) {
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
