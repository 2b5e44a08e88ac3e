import type { ProblemCode } from "@/lib/problems";

/** Returns why the bytes of a file cannot be read. A browser stores only a reference to a file, not its content. */
export function nameUnreadable(error: unknown): ProblemCode {
  const { name } = error instanceof Error ? error : new Error();
  return name === "NotFoundError" ? "picture_gone" : "picture_changed";
}
