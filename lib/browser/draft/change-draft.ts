import type { Generation, GenerationInput } from "../../generation.ts";
import type { Choice } from "../../models/offer.ts";
import type { Problem } from "../../problems.ts";
import type { VideoSettings } from "../../video/settings-box.ts";
import {
  type Draft,
  type DraftWords,
  hasSomething,
  isOf,
  isUntouched,
  type RestoredDraft,
  type SlotName,
} from "./draft.ts";
import { draftOf, wordsOf } from "./draft-of.ts";
import { changeSlot, type SlotEvent } from "./slot-state.ts";

export type DraftEvent =
  | { type: "prompt-written"; prompt: string }
  | { type: "optimizer-switched"; optimizePrompt: boolean }
  | { type: "model-chosen"; choice: Choice }
  | { type: "slot"; slot: SlotName; event: SlotEvent }
  /** What was kept over a reload, if anything was. It is left alone when something was begun meanwhile. */
  | { type: "draft-restored"; kept?: RestoredDraft }
  /** The server has written it down. */
  | { type: "draft-sent"; input: GenerationInput }
  | { type: "start-refused"; problem: Problem }
  /** A generation is shown: ready to run again, unless there is something in the draft that would be lost. */
  | { type: "generation-opened"; generation: Generation; now: number }
  | { type: "generation-reused"; generation: Generation; now: number }
  /** The same settings for what happens next; its picture comes by itself. */
  | { type: "generation-continued"; generation: Generation }
  /** A video that was dropped says how it was made. */
  | { type: "settings-found"; settings: VideoSettings };

export function changeDraft(draft: Draft, event: DraftEvent): Draft {
  switch (event.type) {
    case "prompt-written":
      return withPrompt(draft, event.prompt);
    case "optimizer-switched":
      return { ...draft, optimizePrompt: event.optimizePrompt, isUnsent: true };
    case "model-chosen":
      return { ...draft, choice: event.choice, isUnsent: true };
    case "slot":
      return withSlot(draft, event.slot, event.event);
    case "draft-restored": {
      const { picture, ...words } = event.kept ?? {};
      const isRestored = true;
      if (!event.kept || !isUntouched(draft)) return { ...draft, isRestored };
      return { ...draft, ...words, first: { picture }, isRestored, isUnsent: true };
    }
    case "draft-sent":
      return draft.isUnsent && isOf(draft, event.input) ? { ...draft, isUnsent: undefined } : draft;
    case "start-refused":
      return refuseStart(draft, event.problem);
    case "generation-opened":
      return hasSomething(draft) ? draft : draftOf(draft, event.generation, event.now);
    case "generation-reused":
      return { ...draftOf(draft, event.generation, event.now), isUnsent: true };
    case "generation-continued":
      return withWords(draft, { ...wordsOf(event.generation), prompt: "" });
    case "settings-found":
      return withWords(draft, wordsOf(event.settings));
  }
}

function withPrompt(draft: Draft, prompt: string): Draft {
  const { first } = draft;
  // Words are enough to begin with.
  const isAnswered = first.problem?.code === "draft_empty" && prompt.trim() !== "";
  return {
    ...draft,
    prompt,
    first: isAnswered ? { ...first, problem: undefined } : first,
    isUnsent: true,
    problem: undefined,
  };
}

function withSlot(draft: Draft, name: SlotName, event: SlotEvent): Draft {
  // A last picture that is being replaced is never sent by mistake.
  const before = name === "last" && event.type === "picture-dropped" ? {} : draft[name];
  const slot = changeSlot(before, event);
  if (slot === draft[name]) return draft;
  const changed = { ...draft, [name]: slot };
  if (name === "last") return changed;
  if (event.type === "picture-accepted") return { ...changed, isUnsent: true };
  // One complaint at a time: the newest.
  return event.type === "picture-refused" ? { ...changed, problem: undefined } : changed;
}

function refuseStart(draft: Draft, problem: Problem): Draft {
  if (problem.field === "prompt")
    return { ...draft, first: { ...draft.first, problem: undefined }, problem };
  // An upload that failed is said by itself, until it is tried again.
  const isSaid = draft.first.picture?.upload.status === "failed";
  const first = { ...draft.first, problem: isSaid ? undefined : problem };
  return { ...draft, first, problem: undefined };
}

function withWords(draft: Draft, { prompt, optimizePrompt, choice }: DraftWords): Draft {
  const first = { ...draft.first, problem: undefined };
  return { ...draft, prompt, optimizePrompt, choice, first, isUnsent: true, problem: undefined };
}
