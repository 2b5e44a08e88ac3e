import "server-only";
import Negotiator from "negotiator";
import { LOCALES, type Locale, type Messages, messagesOf } from "@/lib/messages";

/** Returns the browser's preferred language among ours; English if it prefers none of them. */
export function localeOf(headers: Pick<Headers, "get">): Locale {
  const asked = headers.get("accept-language");
  if (asked === null) return "en";
  const negotiator = new Negotiator({ headers: { "accept-language": asked } });
  const [best] = negotiator.languages([...LOCALES]);
  return LOCALES.find((locale) => locale === best) ?? "en";
}

export function messagesFor(headers: Pick<Headers, "get">): Messages {
  return messagesOf(localeOf(headers));
}
