import type { GenerationInput } from "../../generation.ts";
import type { Choice } from "../../models/offer.ts";
import type { Problem } from "../../problems.ts";
import { addressOf, type DraftPicture, type Slot } from "./slot-state.ts";

/** What is being composed, before a generation exists. */
export type Draft = {
  prompt: string;
  optimizePrompt: boolean;
  choice: Choice;
  /** The picture that the video begins with, and the one that it ends on. */
  first: Slot;
  last: Slot;
  /** Made here and not sent: kept over a reload. */
  isUnsent?: boolean;
  /** The draft of before a reload has been looked for. */
  isRestored?: boolean;
  /** What is wrong with the prompt, until the visitor changes it. */
  problem?: Problem;
};

export type SlotName = "first" | "last";

export type DraftWords = Pick<Draft, "prompt" | "optimizePrompt" | "choice">;

export type RestoredDraft = DraftWords & { picture?: DraftPicture };

export const emptyDraft: Draft = {
  prompt: "",
  optimizePrompt: true,
  choice: {},
  first: {},
  last: {},
};

/** Whether nothing has been begun. A last picture alone begins nothing. */
export function isUntouched({ prompt, first }: Draft): boolean {
  const { picture, refused, checking, cropping } = first;
  return !prompt && !picture && !refused && !checking && !cropping;
}

/** Whether there is something that must not be lost when a generation is opened. */
export function hasSomething({ prompt, first }: Draft): boolean {
  return prompt !== "" || first.picture !== undefined;
}

/** Whether there is something that a reload should bring back. */
export function isWorthKeeping(draft: Draft): boolean {
  return draft.isUnsent === true && hasSomething({ ...draft, prompt: draft.prompt.trim() });
}

/** Whether this is what was sent with `input`. */
export function isOf({ prompt, optimizePrompt, first }: Draft, input: GenerationInput): boolean {
  return (
    prompt.trim() === input.prompt &&
    optimizePrompt === input.prompt_optimizer &&
    addressOf(first) === input.image_url
  );
}
