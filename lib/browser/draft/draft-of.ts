import type { Generation } from "../../generation.ts";
import type { VideoSettings } from "../../video/settings-box.ts";
import { type Draft, type DraftWords, emptyDraft } from "./draft.ts";
import { type DraftPicture, type Preview, UNKNOWN_SIZE } from "./slot-state.ts";
import { isUploadOld } from "./upload-age.ts";

/** How a video was made, as the words of a draft. */
export function wordsOf({ model, input }: VideoSettings): DraftWords {
  const { prompt, prompt_optimizer, duration, resolution } = input;
  return { prompt, optimizePrompt: prompt_optimizer, choice: { model, duration, resolution } };
}

/** What was sent for a generation, to be sent again. */
export function draftOf({ isRestored }: Draft, generation: Generation, now: number): Draft {
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
