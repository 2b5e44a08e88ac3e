const MOST_LETTERS = 100;
const MOST_OF_ENDING = 10;

/** A file's name in at most a hundred letters, which keeps its ending. */
export function shortenName(name: string): string {
  // A mark that turns the direction of writing would show another ending than there is; a line break is none of a name.
  const letters = [...name.toWellFormed().replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, "")];
  if (letters.length <= MOST_LETTERS) return letters.join("");
  const dot = letters.lastIndexOf(".");
  const hasEnding = dot > 0 && letters.length - dot <= MOST_OF_ENDING;
  const ending = hasEnding ? letters.slice(dot) : [];
  return [...letters.slice(0, MOST_LETTERS - ending.length - 1), "…", ...ending].join("");
}
