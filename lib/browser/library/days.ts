import type { Watched } from "./library";

export type Day = { key: string; label: string; items: readonly Watched[] };

const DAY_MS = 86_400_000;

/** Groups by the visitor's own days, in the order given. `now` is in milliseconds. */
export function groupByDay(items: readonly Watched[], now: number, locale: string): Day[] {
  const days = new Map<string, Watched[]>();
  for (const one of items) {
    const key = dayOf(Date.parse(one.generation.createdAt));
    const known = days.get(key);
    if (known) known.push(one);
    else days.set(key, [one]);
  }
  return [...days].map(([key, ofDay]) => ({ key, label: nameDay(key, now, locale), items: ofDay }));
}

/** `2026-03-01`, where the visitor is. */
function dayOf(time: number): string {
  const date = new Date(time);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");
}

function nameDay(key: string, now: number, locale: string): string {
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  if (key === dayOf(now)) return capitalize(relative.format(0, "day"), locale);
  if (key === dayOf(now - DAY_MS)) return capitalize(relative.format(-1, "day"), locale);
  const date = new Date(`${key}T12:00:00`);
  const isThisYear = date.getFullYear() === new Date(now).getFullYear();
  return new Intl.DateTimeFormat(locale, {
    ...{ day: "numeric", month: "long" },
    ...(!isThisYear && { year: "numeric" }),
  }).format(date);
}

function capitalize(text: string, locale: string): string {
  return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);
}

/** The first moment of a month such as `2026-03` and of the next one, where the visitor is, as the server's filter takes them. */
export function monthRange(month: string): { from: string; to: string } {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return {
    from: new Date(year, number - 1, 1).toISOString(),
    to: new Date(year, number, 1).toISOString(),
  };
}

/** The last months, newest first: `2026-03`, with its name. */
export function listMonths(now: number, count: number, locale: string) {
  const today = new Date(now);
  const name = new Intl.DateTimeFormat(locale, { month: "long", year: "numeric" });
  return Array.from({ length: count }, (_, back) => {
    const date = new Date(today.getFullYear(), today.getMonth() - back, 1);
    const key = `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}`;
    return { key, label: name.format(date) };
  });
}
