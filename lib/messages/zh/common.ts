import type { common as source } from "../en/common.ts";
import type { Translated } from "../translated.ts";

export const common = {
  titled: "{title}。{rest}",
} as const satisfies Translated<typeof source>;
