import "server-only";
import { z } from "zod";
import type { LibraryFilter } from "../generations/search/search";

const conditions: Record<string, LibraryFilter> = {
  starred: { isStarred: true },
  shared: { isShared: true },
  sound: { hasSound: true },
  running: { outcome: "running" },
  made: { outcome: "made" },
  "not-made": { outcome: "not-made" },
  landscape: { orientation: "landscape" },
  portrait: { orientation: "portrait" },
  square: { orientation: "square" },
};

const timeSchema = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const modelSchema = z.string().min(1).max(200);

/**
 * Reads a filter such as `starred,portrait,model:fal-ai/minimax-video,from:2026-03-01T00:00:00Z`. All its conditions must
 * hold. `from` is the first moment, `to` the one after the last.
 */
export const filterSchema = z
  .string()
  .max(1_000)
  .transform((text, context): LibraryFilter => {
    const filter: LibraryFilter = {};
    for (const condition of text.split(",").filter(Boolean)) {
      const read = readCondition(condition);
      if (!read) context.addIssue({ code: "custom", message: `unknown condition: ${condition}` });
      Object.assign(filter, read);
    }
    return filter;
  });

function readCondition(condition: string): LibraryFilter | undefined {
  if (Object.hasOwn(conditions, condition)) return conditions[condition];
  const [, name, value] = /^(model|from|to):(.*)$/s.exec(condition) ?? [];
  if (name === "model") {
    const model = modelSchema.safeParse(value);
    return model.success ? { model: model.data } : undefined;
  }
  if (name !== "from" && name !== "to") return undefined;
  const time = timeSchema.safeParse(value);
  return time.success ? { [name]: time.data } : undefined;
}
