import "server-only";

/** The log of one run, as far as this server stores it. */
export type RunLog = {
  /** Adds the lines of one status, whether they are only the new ones or the whole log again. */
  add(lines: unknown): void;
  /** Returns the lines from that position on, and the position of the next line. */
  from(place: number): { lines: readonly unknown[]; next: number };
};

const MOST_LINES = 1_000;
const MOST_CHARACTERS = 512 * 1024;

export function openRunLog(): RunLog {
  const kept: { line: unknown; length: number }[] = [];
  let characters = 0;
  let first: string | undefined;
  /** How many lines there were, including those that are no longer stored. */
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
  // fal does not say whether a status of its stream contains the whole log or only the new lines.
  const findNewLines = (lines: readonly unknown[]) => {
    const isWhole = count > 0 && lines.length >= count && JSON.stringify(lines[0]) === first;
    return isWhole ? lines.slice(count) : lines;
  };

  return {
    add(lines) {
      if (Array.isArray(lines)) for (const line of findNewLines(lines)) append(line);
    },
    from: (place) => ({
      lines: kept.slice(Math.max(0, place - (count - kept.length))).map(({ line }) => line),
      next: count,
    }),
  };
}
