import type { Model } from "../../models/index.ts";
import { MAX_PROMPT_LENGTH } from "../../models/limits.ts";
import { type Problem, problem } from "../../problems.ts";
import type { Draft } from "./draft.ts";

/** What keeps this draft from being sent to a model, the first thing first. */
export function findObstacle(
  { prompt, first }: Draft,
  { takesPicture }: Pick<Model, "takesPicture">,
): Problem | undefined {
  const { picture, checking, cropping } = first;
  // The one before it may still be here: to send that would be to pay for the wrong video.
  if (checking !== undefined || cropping)
    return problem("picture_not_ready", { field: "image_url" });
  if (!picture && takesPicture) return problem("picture_missing", { field: "image_url" });
  if (!picture && prompt.trim() === "") return problem("draft_empty", { field: "image_url" });
  if (prompt.trim() === "") return problem("prompt_empty", { field: "prompt" });
  if (prompt.trim().length > MAX_PROMPT_LENGTH)
    return problem("prompt_too_long", { field: "prompt" });
  if (picture?.upload.status === "failed") return picture.upload.problem;
}
