import "server-only";
import { z } from "zod";
import { AppError } from "@/lib/problems";
import type { Database } from "../database/database";
import type { Changes } from "../generations/records/changes";
import type { GenerationRecord } from "../generations/records/record";
import { updateOwnWords } from "../generations/records/update";

const LONGEST_TITLE = 200;
// They would turn the words around them when a title stands in a sentence.
const DIRECTION_MARKS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** What an owner says of a generation. An absent field stays as it is; `null` or an empty title removes the title. */
export const ownWordsSchema = z.strictObject({
  title: z
    .string()
    .transform((text) => text.replace(DIRECTION_MARKS, "").replace(/\s+/g, " ").trim())
    .pipe(z.string().max(LONGEST_TITLE))
    .transform((text) => text || null)
    .nullable()
    .optional(),
  isStarred: z.boolean().optional(),
});

/** Throws `not_found`. */
export async function changeOwnWords(
  { db, changes, now }: { db: Database; changes: Changes; now(): number },
  owner: string,
  id: string,
  words: z.infer<typeof ownWordsSchema>,
): Promise<GenerationRecord> {
  const record = await updateOwnWords(db, { owner, id, now: now() }, words);
  if (!record) throw new AppError("not_found");
  changes.announce(record);
  return record;
}
