const MOST_LETTERS = 100;
const MOST_OF_ENDING = 10;

/** Shortens a file's name to at most a hundred characters and keeps its extension. */
export function shortenName(name: string): string {
  // A character that changes the direction of writing could hide the real extension, and a line break does not belong
  // in a name.
  const letters = [...name.toWellFormed().replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, "")];
  if (letters.length <= MOST_LETTERS) return letters.join("");
  const dot = letters.lastIndexOf(".");
  const hasEnding = dot > 0 && letters.length - dot <= MOST_OF_ENDING;
  const ending = hasEnding ? letters.slice(dot) : [];
  return [...letters.slice(0, MOST_LETTERS - ending.length - 1), "…", ...ending].join("");
}
