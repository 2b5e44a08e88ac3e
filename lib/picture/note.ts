import { fill } from "@/lib/messages/fill";
import type { PageMessages } from "@/lib/messages/index";

/** What was changed in a picture on its way to the model, with the figures that its words have holes for. */
export type Note = {
  code: keyof PageMessages["picture"]["note"];
  values?: Record<string, string | number>;
};

export function describeNote({ code, values = {} }: Note, { picture }: PageMessages): string {
  const text: string = picture.note[code];
  return fill(text, values);
}
