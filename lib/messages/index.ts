import { en } from "./en/index.ts";
import { zh } from "./zh/index.ts";

export const LOCALES = ["en", "zh"] as const;
export type Locale = (typeof LOCALES)[number];

/** All that the pages say, in one language. English is the source: the others have its keys and its `{holes}`. */
export type Messages = typeof en;

/** Those that follow the page. */
export type LateMessages = typeof import("./en/late.ts").late;

/** What comes with the page. */
export type PageMessages = Omit<Messages, "served" | keyof LateMessages>;

/** What the browser has once both are there: the rest is for pages that the server writes alone. */
export type AllMessages = PageMessages & LateMessages;

// That another language lacks nothing is checked by its type, and its holes by tests/messages.test.ts.
const all: Record<Locale, Messages> = { en, zh: zh as unknown as Messages };

export function messagesOf(locale: Locale): Messages {
  return all[locale];
}

export function pageMessagesOf(messages: Messages): PageMessages {
  const { served, keys, moves, problems, share, sideBySide, ...page } = messages;
  return page;
}
