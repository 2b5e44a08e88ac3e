import { fill } from "@/lib/messages/fill";
import type { PageMessages } from "@/lib/messages/index";

/** What was changed in a picture before it is sent to the model, with the figures for the text. */
export type Note = {
  code: keyof PageMessages["picture"]["note"];
  values?: Record<string, string | number>;
};

export function describeNote({ code, values = {} }: Note, { picture }: PageMessages): string {
  const text: string = picture.note[code];
  return fill(text, values);
}
