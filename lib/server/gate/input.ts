import "server-only";
import { z } from "zod";
import type { GenerationInput } from "@/lib/generation";
import type { Model } from "@/lib/models";
import { MAX_PROMPT_LENGTH } from "@/lib/models/limits";
import { AppError, type ProblemCode } from "@/lib/problems";
import { isUpstreamFile, toFalUrl } from "../upstream/files";
import type { Upstream } from "../upstream/target";

/** `sent` is the body for the upstream. It is built only from understood fields, so that nothing else gets through. */
export type CheckedInput = { input: GenerationInput; sent: string };

/**
 * Reads the browser's input for a model, if it fits. Throws `prompt_empty`, `prompt_too_long`, `picture_missing`,
 * `picture_from_elsewhere` or `bad_request`. `origin` is where the browser reaches this server.
 */
export function checkInput(
  model: Model,
  body: string,
  { upstream, origin }: { upstream: Upstream; origin: string },
): CheckedInput {
  const read = schemaOf(model).safeParse(parseBody(body));
  if (!read.success) throw new AppError(toCode(read.error), { cause: read.error });
  const { image_url, end_image_url, prompt_optimizer = true, ...rest } = read.data;
  const rename = (url: string | undefined) => url && keptName(url, upstream, origin);
  const names = { image_url: rename(image_url), end_image_url: rename(end_image_url) };
  return {
    input: { ...rest, ...dropUndefined(names), prompt_optimizer },
    sent: JSON.stringify(read.data),
  };
}

function schemaOf({ takesPicture, takesEndPicture, durations, resolutions }: Model) {
  const address = z.string().min(1).max(2048);
  return z.strictObject({
    prompt: z
      .string()
      .max(MAX_PROMPT_LENGTH)
      .refine((prompt) => prompt.trim() !== ""),
    prompt_optimizer: z.boolean().optional(),
    image_url: takesPicture ? address : z.never().optional(),
    end_image_url: takesEndPicture ? address.optional() : z.never().optional(),
    duration: durations.length > 1 ? z.enum(durations).optional() : z.never().optional(),
    resolution: resolutions.length > 1 ? z.enum(resolutions).optional() : z.never().optional(),
  });
}

function toCode({ issues: [issue] }: z.ZodError): ProblemCode {
  switch (issue?.path[0]) {
    case "prompt":
      if (issue.code === "too_big") return "prompt_too_long";
      return issue.code === "custom" ? "prompt_empty" : "bad_request";
    case "image_url":
      return "picture_missing";
    default:
      return "bad_request";
  }
}

/** Returns fal's own address of an uploaded file. Refuses other pictures, because fal would fetch them for a stranger. */
function keptName(url: string, upstream: Upstream, origin: string): string {
  const name = toFalUrl(url, upstream, origin);
  const parsed = URL.parse(name);
  if (!parsed || parsed.href !== name || !isUpstreamFile(parsed))
    throw new AppError("picture_from_elsewhere");
  return name;
}

function parseBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new AppError("bad_request", { cause: error });
  }
}

function dropUndefined<T extends object>(values: T): { [Key in keyof T]?: NonNullable<T[Key]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value)) as never;
}
