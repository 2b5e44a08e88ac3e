import { useLazyMessages } from "@/components/lazy-messages";
import { useStudio } from "@/components/studio/studio-context";
import { describeKeeping, describeWait, nameState } from "@/lib/browser/generation/describe";
import type { Watched } from "@/lib/browser/library/library";
import { isMade, isWaiting } from "@/lib/generation";
import { fill } from "@/lib/messages/fill";
import { captionOf } from "@/lib/messages/format";
import { findOffer } from "@/lib/models/offer";
import { useNow } from "./use-now";

/** It may be with the server, which does not answer. */
export function isUnknown({ generation, trouble }: Watched): boolean {
  return generation.status === "submitting" && trouble !== undefined;
}

/** The state of a run in few words, and what to expect of it. */
export function useRunWords(watched: Watched): { state: string; detail: string | undefined } {
  const { offers, upstream } = useStudio();
  const messages = useLazyMessages();
  const { asksAgain, goesOn, state } = messages.generation;
  const { generation, trouble, isCancelling } = watched;
  const now = useNow(isWaiting(generation));

  const nameRun = () => {
    if (isCancelling) return state.cancelling;
    return isUnknown(watched) ? state.unknown : nameState(generation, messages);
  };
  const describeRun = () => {
    if (!isWaiting(generation)) {
      // The title of a video says what it shows.
      return isMade(generation)
        ? describeKeeping(generation, messages)
        : captionOf(generation.input.prompt);
    }
    if (trouble)
      return fill(isUnknown(watched) ? asksAgain : goesOn, messages.problems[trouble.code]);
    const model = findOffer(offers, generation.model);
    return describeWait(generation, { model, upstream, now }, messages);
  };
  return { state: nameRun(), detail: describeRun() };
}
