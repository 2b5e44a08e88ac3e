import type { Counted } from "./translated.ts";

export type Holes<Text extends string> = Text extends `${string}{${infer Hole}}${infer Rest}`
  ? Hole | Holes<Rest>
  : never;

/** `fill("{from} to {to}", { from: 1, to: 2 })` returns "1 to 2". */
export function fill<Text extends string>(
  text: Text,
  values: Record<Holes<Text>, string | number>,
): string {
  return parts(text, values).join("");
}

/** Like `fill`, but returns an array, so that a hole can hold an element such as a link. */
export function parts<Text extends string, Part>(
  text: Text,
  values: Record<Holes<Text>, Part>,
): (string | Part)[] {
  const given: Record<string, Part> = values;
  return text
    .split(/\{(\w+)\}/)
    .map((piece, at) => (at % 2 === 0 ? piece : (given[piece] as Part)))
    .filter((piece) => piece !== "");
}

/** Chooses the plural form for `count` and puts the number into its `{count}`. */
export function fillCount(words: Counted, count: number, locale: string): string {
  const text = words[new Intl.PluralRules(locale).select(count)] ?? words.other;
  return text.replace("{count}", String(count));
}
