import type { Generation, GenerationInput } from "../../generation.ts";
import type { Model } from "../../models/index.ts";
import { MAX_PROMPT_LENGTH } from "../../models/limits.ts";
import type { Choice } from "../../models/offer.ts";
import type { Note } from "../../picture/note.ts";
import { type Problem, problem } from "../../problems.ts";
import type { VideoSettings } from "../../video/settings-box.ts";

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

/** One picture of the draft: what was dropped, what became of it, and how far its upload is. */
export type Slot = {
  picture?: DraftPicture;
  /** A picture that can be shown but not sent, while there is no other. */
  refused?: Preview;
  /** A picture that is too wide or too tall, of which a part is being chosen. */
  cropping?: Cropping;
  /** The name of a file that is being looked at. */
  checking?: string;
  /** What is wrong with it, until the visitor changes it. */
  problem?: Problem;
};

/** `url` is an object URL while this tab has the file, else where it is kept; absent where there is no copy. */
export type Preview = { url?: string; width: number; height: number; thumbnail?: string };

/** The preview may be smaller than the picture, whose size it names. */
export type Cropping = {
  name: string;
  preview: Preview;
  /** What was chosen before. */
  part?: { x: number; y: number };
};

/** Of a picture that nobody has looked at yet. */
export const UNKNOWN_SIZE = { width: 3, height: 2 };

export type DraftWords = Pick<Draft, "prompt" | "optimizePrompt" | "choice">;

export type DraftPicture = {
  /** Absent for the picture of an earlier video. */
  name?: string;
  /** Of the file, while this tab has it. */
  bytes?: number;
  preview: Preview;
  notes: readonly Note[];
  /** A part of a picture that this tab has the whole of. */
  isCropped?: boolean;
  upload: Upload;
};

/** `at`: when it ended, in milliseconds by the server's clock. `attempt`: which try it is, from the second on. */
export type Upload =
  | { status: "sending"; fraction: number; attempt?: number }
  | { status: "failed"; problem: Problem; at: number }
  | { status: "done"; url: string; at: number };

export type SlotEvent =
  | { type: "picture-dropped"; name: string }
  | { type: "picture-refused"; problem: Problem; preview?: Preview }
  | { type: "crop-offered"; cropping: Cropping }
  | { type: "crop-chosen" }
  | { type: "crop-cancelled" }
  | { type: "picture-accepted"; picture: DraftPicture }
  | { type: "picture-removed" }
  | { type: "upload-changed"; previewUrl: string; upload: Upload };

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

export type RestoredDraft = DraftWords & { picture?: DraftPicture };

export const emptyDraft: Draft = {
  prompt: "",
  optimizePrompt: true,
  choice: {},
  first: {},
  last: {},
};

export function changeDraft(draft: Draft, event: DraftEvent): Draft {
  switch (event.type) {
    case "prompt-written":
      return { ...draft, prompt: event.prompt, isUnsent: true, problem: undefined };
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

function changeSlot(slot: Slot, event: SlotEvent): Slot {
  switch (event.type) {
    case "picture-dropped":
      return { ...slot, checking: event.name, cropping: undefined, problem: undefined };
    case "picture-refused":
      // A bad second picture does not take the good first one away.
      return {
        picture: slot.picture,
        problem: event.problem,
        refused: slot.picture ? undefined : event.preview,
      };
    case "crop-offered":
      return { ...slot, checking: undefined, cropping: event.cropping };
    case "crop-chosen":
      return { ...slot, checking: slot.cropping?.name, problem: undefined };
    case "crop-cancelled":
      return { ...slot, cropping: undefined, problem: undefined };
    case "picture-accepted":
      return { picture: event.picture };
    case "picture-removed":
      return {};
    case "upload-changed":
      // A late report of a picture that was replaced meanwhile.
      if (slot.picture?.preview.url !== event.previewUrl) return slot;
      return { ...slot, picture: { ...slot.picture, upload: event.upload } };
  }
}

function refuseStart(draft: Draft, problem: Problem): Draft {
  if (problem.field === "prompt")
    return { ...draft, first: { ...draft.first, problem: undefined }, problem };
  // An upload that failed is said by itself, until it is tried again.
  const isSaid = draft.first.picture?.upload.status === "failed";
  const first = { ...draft.first, problem: isSaid ? undefined : problem };
  return { ...draft, first, problem: undefined };
}

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

/** What keeps this draft from being sent to a model, the first thing first. */
export function findObstacle(
  { prompt, first }: Draft,
  { takesPicture }: Pick<Model, "takesPicture">,
): Problem | undefined {
  const { picture, checking, cropping } = first;
  // The one before it may still be here: to send that would be to pay for the wrong video.
  if (checking !== undefined || cropping)
    return problem("picture_not_ready", { field: "image_url" });
  if (!picture && (takesPicture || prompt.trim() === ""))
    return problem("picture_missing", { field: "image_url" });
  if (prompt.trim() === "") return problem("prompt_empty", { field: "prompt" });
  if (prompt.trim().length > MAX_PROMPT_LENGTH)
    return problem("prompt_too_long", { field: "prompt" });
  if (picture?.upload.status === "failed") return picture.upload.problem;
}

// fal promises an uploaded file for seven days.
const UPLOAD_KEPT_MS = 6 * 24 * 60 * 60 * 1000;
// Where the file itself is at hand, another upload is safer than an old address: an account may keep files shorter.
const UPLOAD_FRESH_MS = 60 * 60 * 1000;

/** Whether an uploaded picture can be sent as it is after a reload. */
export function isUploadFresh(at: number, now: number, hasFile: boolean): boolean {
  return now - at < (hasFile ? UPLOAD_FRESH_MS : UPLOAD_KEPT_MS);
}

/** Whether the picture of a generation has to be uploaded anew to be used again. */
export function isUploadOld({ createdAt }: Generation, now: number): boolean {
  return now - Date.parse(createdAt) > UPLOAD_KEPT_MS;
}

function wordsOf({ model, input }: VideoSettings): DraftWords {
  const { prompt, prompt_optimizer, duration, resolution } = input;
  return { prompt, optimizePrompt: prompt_optimizer, choice: { model, duration, resolution } };
}

function withWords(draft: Draft, { prompt, optimizePrompt, choice }: DraftWords): Draft {
  const first = { ...draft.first, problem: undefined };
  return { ...draft, prompt, optimizePrompt, choice, first, isUnsent: true, problem: undefined };
}

function draftOf({ isRestored }: Draft, generation: Generation, now: number): Draft {
  const { input, picture, poster, thumbnail } = generation;
  const { image_url, end_image_url } = input;
  const draft: Draft = { ...emptyDraft, ...wordsOf(generation), isRestored };
  if (isUploadOld(generation, now)) return draft;
  const at = Date.parse(generation.createdAt);
  const preview = { ...(picture ?? UNKNOWN_SIZE), url: poster ?? image_url, thumbnail };
  return {
    ...draft,
    first: image_url ? { picture: sentPicture(image_url, preview, at) } : {},
    // There is no copy of it here.
    last: end_image_url ? { picture: sentPicture(end_image_url, UNKNOWN_SIZE, at) } : {},
  };
}

function sentPicture(url: string, preview: Preview, at: number): DraftPicture {
  return { notes: [], preview, upload: { status: "done", url, at } };
}

/** Whether nobody has chosen a picture. */
export function isEmpty({ picture, checking, problem }: Slot): boolean {
  return !picture && !checking && !problem;
}

/** Where the picture of a slot is, once it is uploaded. */
export function addressOf({ picture }: Slot): string | undefined {
  return picture?.upload.status === "done" ? picture.upload.url : undefined;
}

/** Whether this is what was sent with `input`. */
export function isOf({ prompt, optimizePrompt, first }: Draft, input: GenerationInput): boolean {
  return (
    prompt.trim() === input.prompt &&
    optimizePrompt === input.prompt_optimizer &&
    addressOf(first) === input.image_url
  );
}
