import type { en } from "../en/index.ts";
import type { Translated } from "../translated.ts";
import { common } from "./common.ts";
import { problems } from "./problems.ts";
import { served } from "./served/index.ts";
import { studio } from "./studio.ts";

export const zh = {
  locale: "zh",
  common,
  problems,
  served,
  studio,
} as const satisfies Translated<typeof en>;
