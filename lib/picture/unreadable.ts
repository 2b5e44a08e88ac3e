import type { ProblemCode } from "@/lib/problems";

/** Returns why the bytes of a file cannot be read. A browser stores only a reference to a file, not its content. */
export function nameUnreadable(error: unknown): ProblemCode {
  return findUnreadable(error) ?? "picture_changed";
}

/** Returns it only when the error itself says so. */
export function findUnreadable(error: unknown): ProblemCode | undefined {
  const { name } = error instanceof Error ? error : new Error();
  if (name === "NotFoundError") return "picture_gone";
  return name === "NotReadableError" ? "picture_changed" : undefined;
}
