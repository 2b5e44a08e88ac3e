import type { UpstreamKind } from "../../api/upstream-kind.ts";
import { type Generation, isSettled } from "../../generation.ts";
import { fill, fillCount } from "../../messages/fill.ts";
import { formatClock } from "../../messages/format.ts";
import type { AllMessages, PageMessages } from "../../messages/index.ts";
import type { Offer, UsualDuration } from "../../models/offer.ts";
import type { Problem } from "../../problems.ts";

/** Names the state of a generation in a few words, for the stage and the filmstrip. */
export function nameState(generation: Generation, messages: PageMessages): string {
  const { state } = messages.generation;
  if (isUnheard(generation)) return state.unheard;
  switch (generation.status) {
    case "queued":
      return generation.position === undefined
        ? state.queued
        : fill(state.queuedAt, { ordinal: nameOrdinal(generation.position + 1, messages) });
    case "archiving":
    case "done":
      return state.ready;
    default:
      return state[generation.status];
  }
}

/** Whether the upstream has not answered about a run for long. */
function isUnheard(generation: Generation): generation is Generation & { problem: Problem } {
  const { status } = generation;
  return (status === "queued" || status === "running") && generation.problem !== undefined;
}

/** Returns "2nd" for `2`. */
export function nameOrdinal(number: number, { locale, generation }: PageMessages): string {
  const forms: Partial<Record<Intl.LDMLPluralRule, string>> = generation.ordinal;
  const rule = new Intl.PluralRules(locale, { type: "ordinal" }).select(number);
  return fill(forms[rule] ?? generation.ordinal.other, { number });
}

/** Says in a few words why there is no video; `undefined` if there is one or may be one. */
export function nameOutcome(generation: Generation, messages: AllMessages): string | undefined {
  return "problem" in generation && generation.problem && isSettled(generation)
    ? messages.problems[generation.problem.code].title
    : undefined;
}

/** Says whether the video is stored on this server, or what that waits for. */
export function describeKeeping(
  generation: Generation,
  { common, generation: words, problems, locale }: AllMessages,
): string | undefined {
  if (generation.status === "done") {
    const { removesAt, isStarred } = generation;
    if (removesAt === undefined) return words.kept;
    const form = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
    const day = form.format(new Date(removesAt));
    return fill(isStarred ? words.goesStarred : words.goes, { day });
  }
  if (generation.status !== "archiving") return undefined;
  if (!generation.problem) return words.keeping;
  const { title, message } = problems[generation.problem.code];
  return fill(common.titled, { title, rest: message });
}

type Wait = { model: Offer | undefined; upstream: UpstreamKind; now: number };

/** Says what to expect while a run waits or works. Leaves out what nobody knows. */
export function describeWait(
  generation: Generation,
  { model, upstream, now }: Wait,
  messages: AllMessages,
): string {
  const words = messages.generation;
  if (isUnheard(generation)) {
    const { title, message } = messages.problems[generation.problem.code];
    return fill(messages.common.titled, { title, rest: message });
  }
  const clock = formatClock(now - Date.parse(generation.createdAt));
  const elapsed = fill(words.soFar, { clock });
  if (generation.status === "submitting") return elapsed;
  const usual = model && describeUsual(model, upstream, messages);
  return [usual, elapsed, words.safeToClose].filter(Boolean).join(" · ");
}

/** Says in one sentence whether a failure cost money. */
export function describeCharge(
  { charged }: Problem,
  upstream: UpstreamKind,
  { generation: { charge } }: PageMessages,
): string {
  return upstream === "local" ? charge.local : charge[charged];
}

/** Returns the name that the page has for a field of the model. */
export function nameField(field: string, { generation }: PageMessages): string {
  const names: Record<string, string> = generation.field;
  return names[field] ?? field;
}

/** Says what a model makes: the lengths and sizes. */
export function summarizeModel(
  { durations, sizes }: Offer,
  { studio: { model: words } }: PageMessages,
): string {
  return fill(words.summary, {
    seconds: durations.join(words.or),
    sizes: sizes.join(words.or),
  });
}

/** Says the usual duration: from this server's runs, or else fal's usual one; `undefined` if nobody knows. */
export function describeUsual(
  { usual, usualSeconds }: Offer,
  upstream: UpstreamKind,
  messages: PageMessages,
): string | undefined {
  const { usually } = messages.generation;
  if (usual) return describeUsualHere(usual, messages);
  if (upstream !== "fal") return undefined;
  const { from, to } = usualSeconds;
  return to < 120
    ? fill(usually.seconds, { from, to })
    : fill(usually.minutes, { from: Math.round(from / 60), to: Math.round(to / 60) });
}

/** Says how long runs have taken here: "usually about 2 minutes, 9 of 10 within 5 minutes". */
export function describeUsualHere(
  { medianSeconds, slowSeconds }: UsualDuration,
  messages: PageMessages,
): string {
  return fill(messages.generation.usually.here, {
    median: nameDuration(medianSeconds, messages),
    slow: nameDuration(slowSeconds, messages),
  });
}

function nameDuration(seconds: number, { locale, generation }: PageMessages): string {
  return seconds < 90
    ? fillCount(generation.seconds, Math.max(1, seconds), locale)
    : fillCount(generation.minutes, Math.round(seconds / 60), locale);
}
