import type { ProblemCode } from "@/lib/problems";

/** Why the bytes of a file can't be read: the browser holds only where it is, not what is in it. */
export function nameUnreadable(error: unknown): ProblemCode {
  const { name } = error instanceof Error ? error : new Error();
  return name === "NotFoundError" ? "picture_gone" : "picture_changed";
}
