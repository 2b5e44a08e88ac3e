import "server-only";

/** The log of one run, as far as it is kept. */
export type RunLog = {
  /** Takes in the lines of one status, whether they are its news or the whole log once more. */
  add(lines: unknown): void;
  /** The lines from there on, and where the next one will be. */
  from(place: number): { lines: readonly unknown[]; next: number };
};

const MOST_LINES = 1_000;
const MOST_CHARACTERS = 512 * 1024;

export function openRunLog(): RunLog {
  const kept: { line: unknown; length: number }[] = [];
  let characters = 0;
  let first: string | undefined;
  /** How many lines there were, with those that are no longer kept. */
  let count = 0;

  const append = (line: unknown) => {
    const text = JSON.stringify(line) ?? "";
    first ??= text;
    count += 1;
    kept.push({ line, length: text.length });
    characters += text.length;
    while (kept.length > MOST_LINES || characters > MOST_CHARACTERS)
      characters -= kept.shift()?.length ?? characters;
  };
  // fal does not say whether a status of its stream has the whole log or its news alone.
  const findNews = (lines: readonly unknown[]) => {
    const isWhole = count > 0 && lines.length >= count && JSON.stringify(lines[0]) === first;
    return isWhole ? lines.slice(count) : lines;
  };

  return {
    add(lines) {
      if (Array.isArray(lines)) for (const line of findNews(lines)) append(line);
    },
    from: (place) => ({
      lines: kept.slice(Math.max(0, place - (count - kept.length))).map(({ line }) => line),
      next: count,
    }),
  };
}
