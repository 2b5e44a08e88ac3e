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
  picture?: DraftPicture;
  /** A picture that can be shown but not sent, while there is no other. */
  refused?: Preview;
  /** A picture that is too wide or too tall, of which a part is being chosen. */
  cropping?: Cropping;
  /** The name of a file that is being looked at. */
  checking?: string;
  /** Made here and not sent: kept over a reload. */
  isUnsent?: boolean;
  /** What stands in the way, until the visitor changes what caused it. */
  problem?: Problem;
};

/** `url` is an object URL while this tab has the file, else where it is kept. */
export type Preview = { url: string; width: number; height: number; thumbnail?: string };

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

export type DraftEvent =
  | { type: "prompt-written"; prompt: string }
  | { type: "optimizer-switched"; optimizePrompt: boolean }
  | { type: "model-chosen"; choice: Choice }
  | { type: "picture-dropped"; name: string }
  | { type: "picture-refused"; problem: Problem; preview?: Preview }
  | { type: "crop-offered"; cropping: Cropping }
  | { type: "crop-chosen" }
  | { type: "crop-cancelled" }
  | { type: "picture-accepted"; picture: DraftPicture }
  | { type: "picture-removed" }
  | { type: "upload-changed"; previewUrl: string; upload: Upload }
  /** What was kept over a reload, unless something was begun meanwhile. */
  | { type: "draft-restored"; words: DraftWords; picture?: DraftPicture }
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

export const emptyDraft: Draft = { prompt: "", optimizePrompt: true, choice: {} };

export function changeDraft(draft: Draft, event: DraftEvent): Draft {
  switch (event.type) {
    case "prompt-written":
      return {
        ...draft,
        prompt: event.prompt,
        isUnsent: true,
        problem: without(draft.problem, "prompt"),
      };
    case "optimizer-switched":
      return { ...draft, optimizePrompt: event.optimizePrompt, isUnsent: true };
    case "model-chosen":
      return { ...draft, choice: event.choice, isUnsent: true };
    case "picture-dropped":
      return {
        ...draft,
        checking: event.name,
        cropping: undefined,
        problem: without(draft.problem, "image_url"),
      };
    case "picture-refused":
      // A bad second picture does not take the good first one away.
      return {
        ...draft,
        checking: undefined,
        cropping: undefined,
        problem: event.problem,
        refused: draft.picture ? undefined : event.preview,
      };
    case "crop-offered":
      return { ...draft, checking: undefined, cropping: event.cropping };
    case "crop-chosen":
      return {
        ...draft,
        checking: draft.cropping?.name,
        problem: without(draft.problem, "image_url"),
      };
    case "crop-cancelled":
      return { ...draft, cropping: undefined, problem: without(draft.problem, "image_url") };
    case "picture-accepted":
      return {
        ...draft,
        checking: undefined,
        cropping: undefined,
        refused: undefined,
        picture: event.picture,
        problem: without(draft.problem, "image_url"),
        isUnsent: true,
      };
    case "picture-removed":
      return {
        ...draft,
        checking: undefined,
        cropping: undefined,
        picture: undefined,
        refused: undefined,
        problem: without(draft.problem, "image_url"),
      };
    case "upload-changed":
      // A late report of a picture that was replaced meanwhile.
      if (draft.picture?.preview.url !== event.previewUrl) return draft;
      return { ...draft, picture: { ...draft.picture, upload: event.upload } };
    case "draft-restored":
      if (!isUntouched(draft)) return draft;
      return { ...draft, ...event.words, picture: event.picture, isUnsent: true };
    case "draft-sent":
      return draft.isUnsent && isOf(draft, event.input) ? { ...draft, isUnsent: undefined } : draft;
    case "start-refused":
      return { ...draft, problem: event.problem };
    case "generation-opened":
      return draft.picture || draft.prompt ? draft : draftOf(event.generation, event.now);
    case "generation-reused":
      return { ...draftOf(event.generation, event.now), isUnsent: true };
    case "generation-continued":
      return withWords(draft, { ...wordsOf(event.generation), prompt: "" });
    case "settings-found":
      return withWords(draft, wordsOf(event.settings));
  }
}

/** Whether nothing has been begun. */
export function isUntouched({ prompt, picture, refused, checking, cropping }: Draft): boolean {
  return !prompt && !picture && !refused && !checking && !cropping;
}

/** Whether there is something that a reload should bring back. */
export function isWorthKeeping({ isUnsent, prompt, picture }: Draft): boolean {
  return isUnsent === true && (prompt.trim() !== "" || picture !== undefined);
}

/** What keeps this draft from being sent to a model, the first thing first. */
export function findObstacle(
  draft: Draft,
  { takesPicture }: Pick<Model, "takesPicture">,
): Problem | undefined {
  const { picture, prompt, checking, cropping } = draft;
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

function withWords(draft: Draft, words: DraftWords): Draft {
  return { ...draft, ...words, isUnsent: true, problem: without(draft.problem, "prompt") };
}

function draftOf(generation: Generation, now: number): Draft {
  const { input, picture, poster, thumbnail } = generation;
  const { image_url } = input;
  const draft: Draft = wordsOf(generation);
  if (!image_url || isUploadOld(generation, now)) return draft;
  const size = picture ?? UNKNOWN_SIZE;
  return {
    ...draft,
    picture: {
      notes: [],
      preview: { ...size, url: poster ?? image_url, thumbnail },
      upload: { status: "done", url: image_url, at: Date.parse(generation.createdAt) },
    },
  };
}

/** Whether this is what was sent with `input`. */
export function isOf({ prompt, optimizePrompt, picture }: Draft, input: GenerationInput): boolean {
  const url = picture?.upload.status === "done" ? picture.upload.url : undefined;
  return (
    prompt.trim() === input.prompt &&
    optimizePrompt === input.prompt_optimizer &&
    url === input.image_url
  );
}

function without(found: Problem | undefined, field: string): Problem | undefined {
  return found?.field === field ? undefined : found;
}
