import type { en } from "../en/index.ts";
import type { Translated } from "../translated.ts";
import { common } from "./common.ts";
import { compare } from "./compare.ts";
import { generation } from "./generation.ts";
import { lazy } from "./lazy.ts";
import { library } from "./library.ts";
import { picture } from "./picture.ts";
import { served } from "./served/index.ts";
import { studio } from "./studio.ts";

export const zh = {
  locale: "zh-Hans",
  common,
  generation,
  picture,
  library,
  compare,
  served,
  studio,
  ...lazy,
} as const satisfies Translated<typeof en>;
