import "server-only";
import { z } from "zod";

const MAX_REASON_LENGTH = 300;

const reasonSchema = z.object({
  detail: z.union([z.string(), z.array(z.object({ msg: z.string() })).min(1)]),
});

/** Reads the sentence in which fal says why it refused a call; `undefined` if there is none. */
export function readReason(body: unknown): string | undefined {
  const { data } = reasonSchema.safeParse(body);
  if (!data) return undefined;
  const { detail } = data;
  return toReason(typeof detail === "string" ? detail : (detail[0]?.msg ?? ""));
}

/** Returns one short line that is safe to show: without signatures of addresses and without anything like a key. */
export function toReason(text: string): string | undefined {
  const plain = text
    .replace(/\p{C}+/gu, " ")
    .replace(/(https?:\/\/[^\s?#]*)[?#]\S*/g, "$1")
    .replace(/\bKey \S+/g, "Key …")
    .replace(/\s+/g, " ")
    .trim();
  return plain.slice(0, MAX_REASON_LENGTH) || undefined;
}
