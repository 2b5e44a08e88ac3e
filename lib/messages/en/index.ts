import { common } from "./common.ts";
import { problems } from "./problems.ts";
import { served } from "./served/index.ts";
import { studio } from "./studio.ts";

export const en = {
  locale: "en",
  common,
  problems,
  served,
  studio,
} as const;
