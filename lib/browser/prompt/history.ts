import type { Generation } from "../../generation.ts";

/** Returns the prompts of these generations, each once, the latest first. */
export function ownPrompts(generations: readonly Generation[]): string[] {
  const newestFirst = generations.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
  return [...new Set(newestFirst.map(({ input }) => input.prompt.trim()))].filter(Boolean);
}
