import { z } from "zod/mini";
import type { Generation } from "@/lib/generation";

/** A click that the server has not confirmed, with everything that is needed to repeat its call. */
export type PendingClick = Pick<
  Generation,
  "click" | "model" | "input" | "picture" | "thumbnail" | "createdAt"
>;

const PREFIX = "firstframe.click.";

const clickSchema = z.object({
  click: z.string(),
  model: z.string(),
  input: z.object({
    prompt: z.string(),
    image_url: z.optional(z.string()),
    end_image_url: z.optional(z.string()),
    prompt_optimizer: z.boolean(),
    duration: z.optional(z.string()),
    resolution: z.optional(z.string()),
  }),
  picture: z.optional(z.object({ width: z.number(), height: z.number() })),
  thumbnail: z.optional(z.string()),
  createdAt: z.string(),
});

/** Stores a click so that it survives a reload. Call it before anything is sent. */
export function persistClick({ click, model, input, picture, thumbnail, createdAt }: PendingClick) {
  const kept: PendingClick = { click, model, input, picture, thumbnail, createdAt };
  try {
    localStorage.setItem(PREFIX + click, JSON.stringify(kept));
  } catch {
    // If the browser stores nothing or is full, this tab still repeats the call as long as it is open.
  }
}

export function forgetClick(click: string): void {
  try {
    localStorage.removeItem(PREFIX + click);
  } catch {
    // Nothing was stored.
  }
}

/** Returns the clicks of earlier pages that are at most `maxAgeMs` old at `now`, and forgets older ones. */
export function readClicks(now: number, maxAgeMs: number): PendingClick[] {
  return listKeys().flatMap((key) => {
    const kept = read(key);
    const age = kept ? now - Date.parse(kept.createdAt) : Number.NaN;
    if (kept && age <= maxAgeMs) return [kept];
    forgetClick(key.slice(PREFIX.length));
    return [];
  });
}

function listKeys(): string[] {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  } catch {
    return [];
  }
}

function read(key: string): PendingClick | undefined {
  try {
    return clickSchema.parse(JSON.parse(localStorage.getItem(key) ?? ""));
  } catch {
    return undefined;
  }
}
