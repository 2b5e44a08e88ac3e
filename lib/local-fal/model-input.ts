import { z } from "zod";
import { ModelError, toDetail } from "./model-error.ts";

/** Every field that a model may have. The schema of each model says which of them it accepts. */
export type ModelInput = {
  prompt: string;
  image_url?: string;
  end_image_url?: string;
  duration?: "6" | "10";
  resolution?: "512P" | "768P";
  /** Of the local fal alone: MiniMax's models draw their own. */
  seed?: number;
  prompt_optimizer: boolean;
};

// Nothing is published for these models. This is the limit that MiniMax's resellers state.
const MAX_PROMPT_CHARACTERS = 2000;

// fal's models answer in pydantic's words, so each check carries pydantic's name for the mistake.
export const prompt = z.string().superRefine((value, context) => {
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

export const boolean = z.unknown().transform((value, context) => {
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

export const string = z.string();

/** May be absent or null, like pydantic's `str | None`. */
export const optionalString = z
  .string()
  .nullish()
  .transform((value) => value ?? undefined);

const seeds = { min: 0, max: 2 ** 32 - 1 };

/** May be absent or null, which leaves the choice to the model. */
export const optionalSeed = z.unknown().transform((value, context): number | undefined => {
  if (value === undefined || value === null) return undefined;
  const number = typeof value === "string" && value.trim() ? Number(value) : value;
  if (typeof number === "number" && Number.isInteger(number)) {
    if (number >= seeds.min && number <= seeds.max) return number;
    const message = `Input should be between ${seeds.min} and ${seeds.max}`;
    context.addIssue(toIssue("value_error", message));
  } else context.addIssue(toIssue("int_type", "Input should be a valid integer"));
  return z.NEVER;
});

/** Accepts exactly one of these texts: the number 6 is not "6". */
export function oneOf<const Value extends string>(...expected: Value[]) {
  const quoted = expected.map((value) => `'${value}'`);
  const words = [quoted.slice(0, -1).join(", "), quoted.at(-1)].filter(Boolean).join(" or ");
  return z.unknown().transform((value, context): Value => {
    const found = expected.find((one) => one === value);
    if (found !== undefined) return found;
    context.addIssue(toIssue("literal_error", `Input should be ${words}`, { expected: words }));
    return z.NEVER;
  });
}

/** Throws the `ModelError` that fal's model would answer. */
export function parseWith(schema: z.ZodType<ModelInput>, input: unknown): ModelInput {
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
