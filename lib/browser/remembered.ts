import { z } from "zod/mini";
import { type Generation, isActive } from "@/lib/generation";
import { type ProblemCode, problems } from "@/lib/problems";

// One key a generation: two tabs that write at once don't undo each other.
const PREFIX = "firstframe.generation.";
const KEEP = 24;

const problemSchema = z.object({
  code: z.enum(Object.keys(problems) as ProblemCode[]),
  charged: z.enum(["no", "yes", "unknown"]),
  field: z.optional(z.string()),
  detail: z.optional(z.string()),
});
const settled = { settledAt: z.string() };

const generationSchema = z.intersection(
  z.object({
    id: z.string(),
    model: z.string(),
    input: z.object({ prompt: z.string(), image_url: z.string(), prompt_optimizer: z.boolean() }),
    picture: z.object({ width: z.number(), height: z.number() }),
    createdAt: z.string(),
  }),
  z.discriminatedUnion("status", [
    z.object({ status: z.literal("submitting") }),
    z.object({
      status: z.literal("queued"),
      requestId: z.string(),
      position: z.optional(z.number()),
    }),
    z.object({ status: z.literal("running"), requestId: z.string(), startedAt: z.string() }),
    z.object({
      status: z.literal("done"),
      requestId: z.string(),
      video: z.object({
        url: z.string(),
        contentType: z.optional(z.string()),
        bytes: z.optional(z.number()),
      }),
      ...settled,
    }),
    z.object({
      status: z.literal("failed"),
      requestId: z.string(),
      problem: problemSchema,
      ...settled,
    }),
    z.object({ status: z.literal("cancelled"), requestId: z.string(), ...settled }),
    z.object({ status: z.literal("refused"), problem: problemSchema, ...settled }),
    z.object({ status: z.literal("unconfirmed"), problem: problemSchema, ...settled }),
  ]),
);

/** What this browser remembers, newest first. An entry that an older version wrote otherwise is left out. */
export function readRemembered(): Generation[] {
  return Object.keys(localStorage)
    .filter((key) => key.startsWith(PREFIX))
    .flatMap((key) => readOne(key) ?? [])
    .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
}

export function remember(generation: Generation): void {
  localStorage.setItem(PREFIX + generation.id, JSON.stringify(generation));
}

export function forget(id: string): void {
  localStorage.removeItem(PREFIX + id);
}

/** Lets go of what is over and beyond the last 24; returns what stays. */
export function forgetOldest(generations: readonly Generation[]): Generation[] {
  const kept = generations.filter((generation, index) => index < KEEP || isActive(generation));
  for (const generation of generations) if (!kept.includes(generation)) forget(generation.id);
  return kept;
}

function readOne(key: string): Generation | undefined {
  try {
    const result = generationSchema.safeParse(JSON.parse(localStorage.getItem(key) ?? ""));
    return result.success ? result.data : undefined;
  } catch {
    // Not JSON: not ours.
    return undefined;
  }
}
