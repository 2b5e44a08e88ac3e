import { formatClock, formatOrdinal, formatUsual, formatUsualHere } from "./format.ts";
import { type Generation, isSettled } from "./generation.ts";
import { messagesOf } from "./messages/index.ts";
import type { Offer } from "./models/offer.ts";
import type { Problem } from "./problems.ts";
import type { UpstreamKind } from "./upstream-kind.ts";

/** The state of a generation in a few words, as the stage and the filmstrip say it. */
export function nameState(generation: Generation): string {
  switch (generation.status) {
    case "submitting":
      return "Sending";
    case "queued":
      return generation.position === undefined
        ? "In line"
        : `${formatOrdinal(generation.position + 1)} in line`;
    case "running":
      return "Making the video";
    case "archiving":
    case "done":
      return "Ready";
    case "cancelled":
      return "Cancelled";
    case "refused":
      return "Not sent";
    case "failed":
      return "Failed";
    case "unconfirmed":
      return "Answer lost";
  }
}

/** Why there is no video, in a few words; `undefined` when there is one, or will be. */
export function nameOutcome(generation: Generation): string | undefined {
  return "problem" in generation && generation.problem && isSettled(generation)
    ? messagesOf("en").problems[generation.problem.code].title
    : undefined;
}

/** Whether the video is safe on this server, or what that waits for. */
export function describeKeeping(generation: Generation): string | undefined {
  if (generation.status === "done") return "Kept on this server";
  if (generation.status !== "archiving") return undefined;
  const { problem } = generation;
  return problem
    ? `${messagesOf("en").problems[problem.code].title}. ${messagesOf("en").problems[problem.code].message}`
    : "Saving a copy on this server…";
}

/** What to expect while it works. Says nothing about what nobody knows. */
export function describeWait(
  generation: Generation,
  model: Offer | undefined,
  upstream: UpstreamKind,
  now: number,
): string {
  const elapsed = `${formatClock(now - Date.parse(generation.createdAt))} so far`;
  if (generation.status === "submitting") return elapsed;
  const usual = model && describeUsual(model, upstream);
  return [usual, elapsed, "safe to close this page"].filter(Boolean).join(" · ");
}

/** Whether a failure cost money, in one sentence. */
export function describeCharge({ charged }: Problem, upstream: UpstreamKind): string {
  if (upstream === "local") return "Local runs cost nothing.";
  switch (charged) {
    case "no":
      return "You were not charged.";
    case "yes":
      return "fal charged for this run.";
    case "unknown":
      return "fal may have charged for it: its dashboard tells.";
  }
}

const fieldNames: Record<string, string> = {
  prompt: "Prompt",
  prompt_optimizer: "Optimize prompt",
  image_url: "Picture",
  end_image_url: "Last picture",
  duration: "Length",
  resolution: "Resolution",
};

/** A field of the model as the page calls it. */
export function nameField(field: string): string {
  return fieldNames[field] ?? field;
}

/** By this server's own runs; else as fal's model is known for, and nothing of what nobody knows. */
export function describeUsual(
  { usual, usualSeconds }: Offer,
  upstream: UpstreamKind,
): string | undefined {
  if (usual) return formatUsualHere(usual);
  return upstream === "fal" ? `usually ${formatUsual(usualSeconds)}` : undefined;
}
