import "server-only";

/** No prompt has more; a longer text is found by its beginning. */
const MOST_TERMS = 1_500;
// SQLite collects all that begins with each of them, in everybody's prompts, before it answers.
const MOST_WANTED = 8;

const UNSPACED =
  "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\p{Script=Thai}";
// A word, an emoji, or one character of a script that puts no spaces between words.
const TERM = new RegExp(
  `[${UNSPACED}]\\p{M}*|\\p{Extended_Pictographic}|(?:(?![${UNSPACED}])[\\p{L}\\p{N}])(?:(?![${UNSPACED}])[\\p{L}\\p{N}\\p{M}])*`,
  "gu",
);
const isUnspaced = (term: string) => new RegExp(`^[${UNSPACED}]`, "u").test(term);

/** The terms of a text in their order: letters, digits and marks only, without case, accents and width. */
export function toTerms(text: string): string[] {
  return readWords(text).flat().slice(0, MOST_TERMS);
}

/** What a search asks for. A generation must have all of it. */
export type Wanted =
  | { type: "beginning"; term: string }
  /** Terms that follow each other directly. */
  | { type: "phrase"; terms: string[] };

/** Reads what somebody typed into the search. It is empty if that names nothing, such as punctuation alone. */
export function toWanted(query: string): Wanted[] {
  return readWords(query)
    .slice(0, MOST_WANTED)
    .map((terms) => {
      const [term = ""] = terms;
      return terms.length === 1 && !isUnspaced(term)
        ? { type: "beginning", term }
        : { type: "phrase", terms };
    });
}

/** Each word has one term, except that an unbroken run of Chinese characters or their like is one word of several. */
function readWords(text: string): string[][] {
  const words: string[][] = [];
  let runEnd: number | undefined;
  const folded = fold(text);
  for (const match of folded.matchAll(TERM)) {
    const [term] = match;
    if (match.index === runEnd && isUnspaced(term)) words.at(-1)?.push(term);
    else words.push([/\p{L}|\p{N}/u.test(term) ? term : nameEmoji(term)]);
    runEnd = isUnspaced(term) ? match.index + term.length : undefined;
  }
  return words;
}

function fold(text: string): string {
  return text
    .normalize("NFKD")
    .replaceAll(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .normalize("NFC");
}

// A tokenizer of a database would skip the emoji itself.
function nameEmoji(emoji: string): string {
  return `emoji${emoji.codePointAt(0)?.toString(16)}`;
}
