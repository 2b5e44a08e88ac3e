import { z } from "zod";
import { ModelError, toDetail } from "./model-error.ts";

// Nothing is published for these models: the limit is the one that MiniMax's resellers repeat.
const MAX_PROMPT_CHARACTERS = 2000;

// fal's models answer in the words of pydantic, so each check carries pydantic's name for what is wrong.
const prompt = z.string().superRefine((value, context) => {
  const length = [...value].length;
  if (length === 0) {
    context.addIssue(
      toIssue("string_too_short", "String should have at least 1 character", { min_length: 1 }),
    );
  }
  if (length > MAX_PROMPT_CHARACTERS) {
    const message = `String should have at most ${MAX_PROMPT_CHARACTERS} characters`;
    context.addIssue(toIssue("string_too_long", message, { max_length: MAX_PROMPT_CHARACTERS }));
  }
});

const readAsTrue = new Set<unknown>([true, 1, "1", "true", "t", "yes", "y", "on"]);
const readAsFalse = new Set<unknown>([false, 0, "0", "false", "f", "no", "n", "off"]);

const boolean = z.unknown().transform((value, context) => {
  const word = typeof value === "string" ? value.toLowerCase() : value;
  if (readAsTrue.has(word)) return true;
  if (readAsFalse.has(word)) return false;
  const message = "Input should be a valid boolean";
  context.addIssue(
    typeof word === "string" || typeof word === "number"
      ? toIssue("bool_parsing", `${message}, unable to interpret input`)
      : toIssue("bool_type", message),
  );
  return z.NEVER;
});

const promptOptimizer = boolean.optional().default(true);
const textToVideo = z.object({ prompt, prompt_optimizer: promptOptimizer });
const imageToVideo = z.object({ prompt, image_url: z.string(), prompt_optimizer: promptOptimizer });

// fal took the two older names out of its typed list in January 2025; its guides still use them.
const models = new Map<string, typeof textToVideo | typeof imageToVideo>([
  ["fal-ai/minimax-video", textToVideo],
  ["fal-ai/minimax-video/image-to-video", imageToVideo],
  ["fal-ai/minimax/video-01", textToVideo],
  ["fal-ai/minimax/video-01/image-to-video", imageToVideo],
]);

export type ModelInput = { prompt: string; image_url?: string; prompt_optimizer: boolean };

export function isApp(app: string): boolean {
  return [...models.keys()].some((endpoint) => toApp(endpoint) === app);
}

/** The part of a model's id that its requests are followed under, whatever path comes after. */
export function toApp(endpoint: string): string {
  const parts = endpoint.split("/");
  return parts.slice(0, parts[0] === "workflows" || parts[0] === "comfy" ? 3 : 2).join("/");
}

/** Throws the `ModelError` that fal's model would answer with. */
export function parseInput(endpoint: string, input: unknown): ModelInput {
  const schema = models.get(endpoint);
  if (!schema) {
    const path = endpoint.slice(toApp(endpoint).length) || "/";
    throw new ModelError(`Path ${path} not found`, { httpStatus: 404 });
  }
  const result = schema.safeParse(input, { reportInput: true });
  if (result.success) return result.data;
  throw new ModelError(result.error.issues.map((issue) => toInputDetail(issue, input)));
}

function toIssue(type: string, message: string, ctx?: Record<string, unknown>) {
  return { code: "custom" as const, message, params: { type, ctx } };
}

function toInputDetail(issue: z.core.$ZodIssue, body: unknown) {
  const { path } = issue;
  const isAbsent = path.length === 0 ? body === null : valueAt(body, path) === undefined;
  if (isAbsent) return toDetail("missing", path, "Field required", { input: body });

  const input = valueAt(body, path);
  if (issue.code === "custom") {
    const { type, ctx } = issue.params as { type: string; ctx?: Record<string, unknown> };
    return toDetail(type, path, issue.message, { ...(ctx && { ctx }), input });
  }
  return path.length === 0
    ? toDetail("model_attributes_type", path, "Input should be a valid dictionary or object", {
        input,
      })
    : toDetail("string_type", path, "Input should be a valid string", { input });
}

function valueAt(body: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
    body,
  );
}
