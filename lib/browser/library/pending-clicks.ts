import { z } from "zod/mini";
import type { Generation } from "@/lib/generation";

/** A click of which the server has said nothing yet: what it needs to be asked after again. */
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

/** Keeps a click over a reload. Written at once, before anything is sent. */
export function persistClick({ click, model, input, picture, thumbnail, createdAt }: PendingClick) {
  const kept: PendingClick = { click, model, input, picture, thumbnail, createdAt };
  try {
    localStorage.setItem(PREFIX + click, JSON.stringify(kept));
  } catch {
    // A browser that keeps nothing, or is full: this tab asks on for as long as it is open.
  }
}

export function forgetClick(click: string): void {
  try {
    localStorage.removeItem(PREFIX + click);
  } catch {
    // Nothing was kept.
  }
}

/** Those of earlier pages that are at most `maxAgeMs` old at `now`; the others are forgotten. */
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
