import type { Size } from "@/lib/generation";
import type { Area } from "@/lib/picture/fit";
import type { Prepared, Wish } from "@/lib/picture/prepare";
import type { ProblemCode } from "@/lib/problems";

/** A file to open, then the part of it to send, if it came back with a preview to choose from. */
export type Order = { file: File; wish: Wish } | { part: Area };

export type Report =
  | { kind: "ready"; picture: Prepared }
  | { kind: "too-long"; preview: Blob; size: Size }
  | { kind: "refused"; code: ProblemCode; size?: Size }
  /** A script that it needs did not come. */
  | { kind: "missing" }
  | { kind: "failed"; message: string };
