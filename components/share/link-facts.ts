import { serverNow } from "@/lib/browser/http/server-clock";
import type { Share } from "@/lib/generation";
import type { Messages } from "@/lib/messages";
import { fill, fillCount } from "@/lib/messages/fill";

type Words = Pick<Messages, "locale" | "share">;

/** Returns how often a link was watched, when last, and whether visitors reported it. */
export function listFacts(share: Share, words: Words): string[] {
  const reports = nameReports(share, words);
  return [...listViews(share, words), ...(reports ? [reports] : [])];
}

/** Returns how often a link was watched, and when last. */
export function listViews(
  { views, lastSeenAt }: Share,
  { locale, share: { facts } }: Words,
): string[] {
  const list = [fillCount(facts.views, views, locale)];
  if (lastSeenAt) list.push(fill(facts.lastSeen, { time: formatMoment(lastSeenAt, locale) }));
  return list;
}

/** Returns how often visitors reported a link; `undefined` if they never did. */
export function nameReports({ reports }: Share, { share: { facts } }: Words): string | undefined {
  return reports > 0 ? fill(facts.reported, { count: reports }) : undefined;
}

/** Returns when a link ends, and whether it has a password. */
export function listTerms(share: Share, { locale, share: { facts } }: Words): string[] {
  const list = [nameEnd(share, locale, facts)];
  if (share.hasPassword) list.push(facts.hasPassword);
  return list;
}

/** Formats a date and a time in the page's language and the visitor's time zone. */
export function formatMoment(time: string, locale: string): string {
  const format = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  return format.format(new Date(time));
}

function nameEnd({ expiresAt }: Share, locale: string, facts: Words["share"]["facts"]): string {
  if (!expiresAt) return facts.noEnd;
  if (Date.parse(expiresAt) <= serverNow()) return facts.isOver;
  return fill(facts.ends, { time: formatMoment(expiresAt, locale) });
}
