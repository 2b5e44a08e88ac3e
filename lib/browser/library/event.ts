import { z } from "zod/mini";
import { generationSchema } from "@/lib/generation-schema";

/** One change of the library, in the form that the server's stream and the channel between tabs use. */
export const libraryEventSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("generation"),
    generation: generationSchema,
    /** It came by the stream, in order: a deletion that was told before it has been undone. */
    isInOrder: z.optional(z.boolean()),
  }),
  z.object({ type: z.literal("deleted"), id: z.string(), click: z.string() }),
  /** Too much has changed, so the tab reads the newest page. */
  z.object({ type: z.literal("reload") }),
  z.object({ type: z.literal("signed_out") }),
]);

export type LibraryEvent = z.infer<typeof libraryEventSchema>;

/** Returns `undefined` for an event that this version of the page does not know. */
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
