import "server-only";
import type { Messages } from "@/lib/messages";
import { fill } from "@/lib/messages/fill";
import { captionOf } from "@/lib/messages/format";
import { findModel } from "@/lib/models";
import type { Visit } from "./visit";

/** The texts of a link about its video, in plain text. */
export type ShareWords = { title: string; description: string; model: string; date: string };

const TITLE_LENGTH = 90;
const DESCRIPTION_LENGTH = 200;

export function describeVisit(
  { share, generation }: Visit,
  { locale, served: { link } }: Messages,
): ShareWords {
  const { title, input } = generation;
  const caption = share.hidePrompt ? "" : captionOf(input.prompt);
  const model = findModel(generation.model)?.name ?? generation.model;
  const date = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" });
  return {
    // A title is what its owner says in public, so it shows even where the prompt is hidden.
    title: cut(title ?? caption, TITLE_LENGTH) || link.untitled,
    description: cut(caption, DESCRIPTION_LENGTH) || link.untitledDescription,
    model,
    // The page runs no script, so it does not know the visitor's time zone.
    date: fill(link.date, { date: date.format(generation.createdAt) }),
  };
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Cuts between words if possible, and never inside a character. */
function cut(text: string, length: number): string {
  const characters = Array.from(graphemes.segment(text), ({ segment }) => segment);
  if (characters.length <= length) return text;
  const short = characters.slice(0, length - 1).join("");
  const lastSpace = short.lastIndexOf(" ");
  return `${lastSpace > length / 2 ? short.slice(0, lastSpace) : short}…`;
}
