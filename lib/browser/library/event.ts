import { z } from "zod/mini";
import { generationSchema } from "@/lib/generation-schema";

/** One change of the library, as the server's stream tells it and as one tab tells it to the others. */
export const libraryEventSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("generation"), generation: generationSchema }),
  z.object({ type: z.literal("deleted"), id: z.string(), click: z.string() }),
  /** Too much has changed: the newest page has to be read. */
  z.object({ type: z.literal("reload") }),
  z.object({ type: z.literal("signed_out") }),
]);

export type LibraryEvent = z.infer<typeof libraryEventSchema>;

/** `undefined` for what this version of the page does not know. */
export function parseEvent(name: string | undefined, data: string): LibraryEvent | undefined {
  try {
    const body: unknown = JSON.parse(data);
    const event =
      name === "generation"
        ? { type: name, generation: body }
        : { ...(body as object), type: name };
    return libraryEventSchema.parse(event);
  } catch {
    return undefined;
  }
}
