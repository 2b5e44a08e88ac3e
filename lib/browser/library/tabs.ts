import { z } from "zod/mini";
import type { TabChannel } from "./deps";
import { libraryEventSchema } from "./event";

const lastId = z.optional(z.string());

const messageSchema = z.discriminatedUnion("type", [
  /** What the tab with the stream has heard, or what has happened in another tab. */
  z.object({ type: z.literal("event"), event: libraryEventSchema, lastId }),
  /** The tab with the stream is at work. */
  z.object({ type: z.literal("alive"), lastId }),
  /** Asks whether a tab with the stream is at work. */
  z.object({ type: z.literal("who") }),
]);

type Message = z.infer<typeof messageSchema>;

export type Tabs = { post(message: Message): void; close(): void };

/** The other tabs of this browser. One that runs another version of the page may say what this one ignores. */
export function openTabs(channel: TabChannel, onMessage: (message: Message) => void): Tabs {
  channel.listen((data) => {
    const parsed = messageSchema.safeParse(data);
    if (parsed.success) onMessage(parsed.data);
  });
  return { post: (message) => channel.post(message), close: () => channel.close() };
}
