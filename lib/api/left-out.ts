import { z } from "zod/mini";
import { shortenName } from "@/lib/picture/name";

/** How many files were not used because another app sent them beside a picture, and the names of the first ones. */
export type LeftOut = { count: number; names: readonly string[] };

/** The header that carries this list. */
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
    // The list only informs the visitor. Without it, the picture can still be used.
    return undefined;
  }
}
