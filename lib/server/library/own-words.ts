import "server-only";
import { z } from "zod";
import { captionOf } from "@/lib/messages/format";
import { AppError } from "@/lib/problems";
import type { Database } from "../database/database";
import type { Changes } from "../generations/records/changes";
import type { GenerationRecord } from "../generations/records/record";
import { updateOwnWords } from "../generations/records/update";

const LONGEST_TITLE = 200;
// Direction marks would turn the words around them when a title stands in a sentence, and Postgres stores no NUL.
const UNWANTED = /[\p{Cc}\p{Bidi_C}]/gu;

/** What an owner says of a generation. An absent field stays as it is; `null` or an empty title removes the title. */
export const ownWordsSchema = z.strictObject({
  title: z
    .string()
    .transform((text) => text.replace(/\s+/g, " ").replace(UNWANTED, "").trim())
    .pipe(z.string().max(LONGEST_TITLE))
    // Zero-width spaces alone would be a title that nobody sees.
    .transform((text) => (captionOf(text) === "" ? null : text))
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
