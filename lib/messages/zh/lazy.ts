import type { lazy as source } from "../en/lazy.ts";
import type { Translated } from "../translated.ts";
import { finder } from "./finder.ts";
import { keys } from "./keys.ts";
import { moves } from "./moves.ts";
import { problems } from "./problems.ts";
import { samples } from "./samples.ts";
import { share } from "./share.ts";
import { sideBySide } from "./side-by-side.ts";

export const lazy = {
  finder,
  keys,
  moves,
  problems,
  samples,
  share,
  sideBySide,
} as const satisfies Translated<typeof source>;
