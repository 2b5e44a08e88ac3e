import { z } from "zod/mini";
import { shortenName } from "@/lib/picture/name";

/** How many files were left out beside a picture that another app handed over, and what the first of them are called. */
export type LeftOut = { count: number; names: readonly string[] };

/** The header that tells of them. */
export const LEFT_OUT = "x-firstframe-left-out";

const MOST_NAMED = 3;

const leftOutSchema = z.object({ count: z.number(), names: z.array(z.string()) });

export function writeLeftOut(names: readonly string[]): string {
  const named = names.slice(0, MOST_NAMED).map((name) => shortenName(name));
  return encodeURIComponent(JSON.stringify({ count: names.length, names: named }));
}

export function readLeftOut({ headers }: Response): LeftOut | undefined {
  try {
    const text = decodeURIComponent(headers.get(LEFT_OUT) ?? "");
    return text ? leftOutSchema.parse(JSON.parse(text)) : undefined;
  } catch {
    // It is only told of: the picture is there all the same.
    return undefined;
  }
}
