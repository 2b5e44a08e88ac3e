import { common } from "./common.ts";
import { compare } from "./compare.ts";
import { generation } from "./generation.ts";
import { keys } from "./keys.ts";
import { library } from "./library.ts";
import { moves } from "./moves.ts";
import { picture } from "./picture.ts";
import { problems } from "./problems.ts";
import { served } from "./served/index.ts";
import { share } from "./share.ts";
import { sideBySide } from "./side-by-side.ts";
import { studio } from "./studio.ts";

export const en = {
  locale: "en",
  common,
  generation,
  moves,
  picture,
  keys,
  library,
  compare,
  problems,
  served,
  share,
  sideBySide,
  studio,
} as const;
