import { z } from "zod/mini";
import type { TabChannel } from "./deps";
import { libraryEventSchema } from "./event";

const lastId = z.optional(z.string());

const messageSchema = z.discriminatedUnion("type", [
  /** An event from the stream, or a change that another tab made. */
  z.object({ type: z.literal("event"), event: libraryEventSchema, lastId }),
  /** The tab with the stream is alive. */
  z.object({ type: z.literal("alive"), lastId }),
  /** Asks whether a tab with the stream is alive. */
  z.object({ type: z.literal("who") }),
]);

type Message = z.infer<typeof messageSchema>;

export type Tabs = { post(message: Message): void; close(): void };

/** Connects to the other tabs of this browser. Ignores messages that only another version of the page knows. */
export function openTabs(channel: TabChannel, onMessage: (message: Message) => void): Tabs {
  channel.listen((data) => {
    const parsed = messageSchema.safeParse(data);
    if (parsed.success) onMessage(parsed.data);
  });
  return { post: (message) => channel.post(message), close: () => channel.close() };
}
