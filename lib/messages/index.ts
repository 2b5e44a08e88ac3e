import { en } from "./en/index.ts";
import { zh } from "./zh/index.ts";

export const LOCALES = ["en", "zh"] as const;
export type Locale = (typeof LOCALES)[number];

/** All texts in one language. English is the source, and other languages have the same keys and `{holes}`. */
export type Messages = typeof en;

/** The texts that are loaded lazily. */
export type LazyMessages = typeof import("./en/lazy.ts").lazy;

/** The texts that are part of the page. */
export type PageMessages = Omit<Messages, "served" | keyof LazyMessages>;

/**
 * The texts in the browser once the lazy ones have arrived. The remaining ones are for pages that only the server
 * writes.
 */
export type AllMessages = PageMessages & LazyMessages;

// The type checks that a language is complete, and tests/messages/messages.test.ts checks its holes.
const all: Record<Locale, Messages> = { en, zh: zh as unknown as Messages };

export function messagesOf(locale: Locale): Messages {
  return all[locale];
}

export function pageMessagesOf(messages: Messages): PageMessages {
  const { served, keys, moves, problems, share, sideBySide, ...page } = messages;
  return page;
}
