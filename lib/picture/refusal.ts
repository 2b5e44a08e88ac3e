import type { Size } from "@/lib/generation";
import type { ProblemCode } from "@/lib/problems";

/** A picture that cannot be sent. `size` is set if its header could be read. */
export class Refusal extends Error {
  override name = "Refusal";
  readonly code: ProblemCode;
  readonly size?: Size;

  constructor(code: ProblemCode, size?: Size) {
    super(code);
    this.code = code;
    this.size = size;
  }
}
